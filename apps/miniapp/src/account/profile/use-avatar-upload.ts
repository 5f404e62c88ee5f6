import type { User } from '@repo/shared'
import { useState } from 'react'
import { useSession } from '../../session/index.ts'
import { isStillLoggedIn, showAccepted } from '../lib/apply-profile-update.ts'
import { pictureQueue } from './serial-queue.ts'

/** A picture that was chosen: WeChat's temporary file, which lives as long as the mini program runs. */
type Chosen = {
  filePath: string
  /** What has left the phone. */
  percent: number
  /** Why it did not arrive; `null` while it is on its way. */
  error: unknown
}

/** The picture of a person on its way to the server. */
export type Portrait = {
  /** The chosen one until it is known to have failed. */
  url: string | null
  /** How far it has come, in whole percent; `null` when none is on its way. */
  percent: number | null
  error: unknown
  /** Sends a file at once. */
  choose(filePath: string): Promise<void>
  /** Sends the one that failed again. */
  retry(): Promise<void>
}

export function usePortrait(user: User): Portrait {
  const { session } = useSession()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const isSending = chosen !== null && chosen.error === null

  async function choose(filePath: string): Promise<void> {
    setChosen({ filePath, percent: 0, error: null })
    const onProgress = (percent: number) => setChosen({ filePath, percent, error: null })
    try {
      await pictureQueue(async () => {
        if (!isStillLoggedIn(session, user.id)) return
        const { avatarUrl } = await session.upload('POST /v1/me/avatar', { filePath, onProgress })
        showAccepted(session, user.id, { avatarUrl })
      })
      setChosen(null)
    } catch (error) {
      setChosen({ filePath, percent: 0, error })
    }
  }

  return {
    url: isSending ? chosen.filePath : user.avatarUrl,
    percent: isSending ? chosen.percent : null,
    error: chosen?.error ?? null,
    choose,
    async retry() {
      if (chosen && !isSending) await choose(chosen.filePath)
    },
  }
}
