import type { User } from '@repo/shared'
import { useState } from 'react'
import { useSession } from '../../session/index.ts'
import { isStillLoggedIn, showAccepted } from '../lib/apply-profile-update.ts'
import { profileQueue } from './serial-queue.ts'

/** What a picker sets. */
export type Choice = Partial<Pick<User, 'gender' | 'birthday'>>

/** A choice that the server did not take, and why. */
export type Undone = { choice: Choice; error: unknown }

/** What is chosen, in view at once and saved behind it. What the server does not take is undone. */
export function useChoices(user: User): {
  shown: User
  choose: (choice: Choice) => Promise<void>
  /** The latest one. */
  failure: Undone | null
} {
  const { session } = useSession()
  const [pending, setPending] = useState<Choice[]>([])
  const [failure, setFailure] = useState<Undone | null>(null)

  async function choose(choice: Choice): Promise<void> {
    setFailure(null)
    setPending((before) => [...before, choice])
    try {
      await profileQueue(async () => {
        if (!isStillLoggedIn(session, user.id)) return
        await session.request('PUT /v1/me/profile', { body: choice })
        showAccepted(session, user.id, choice)
      })
    } catch (error) {
      setFailure({ choice, error })
    } finally {
      setPending((now) => now.filter((other) => other !== choice))
    }
  }

  return { shown: Object.assign({}, user, ...pending), choose, failure }
}
