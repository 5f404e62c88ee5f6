import type { ProfileBody, User } from '@repo/shared'
import { useState } from 'react'
import { useSession } from '../../session/index.ts'
import { updateProfile } from '../api.ts'
import { applyProfileUpdate, isStillLoggedIn } from '../lib/apply-profile-update.ts'
import { profileQueue } from './save-queues.ts'

/** The nickname is not optimistic: WeChat may reject it. */
export type ProfileChange = Omit<ProfileBody, 'nickname'>

export type FailedChange = { change: ProfileChange; error: unknown }

/** Optimistic: shows a change at once, saves it in the background, and undoes it after a failure. */
export function useProfileFields(user: User): {
  shown: User
  change: (change: ProfileChange) => Promise<void>
  /** The latest failure. */
  failedChange: FailedChange | null
} {
  const { session } = useSession()
  const [pending, setPending] = useState<ProfileChange[]>([])
  const [failedChange, setFailedChange] = useState<FailedChange | null>(null)

  async function change(next: ProfileChange): Promise<void> {
    setFailedChange(null)
    setPending((before) => [...before, next])
    try {
      await profileQueue.run(async () => {
        if (!isStillLoggedIn(session, user.id)) return
        await updateProfile(session, next)
        applyProfileUpdate(session, user.id, next)
      })
    } catch (error) {
      setFailedChange({ change: next, error })
    } finally {
      setPending((now) => now.filter((other) => other !== next))
    }
  }

  return { shown: Object.assign({}, user, ...pending), change, failedChange }
}
