import { useEffect } from 'react'
import { type Session, useSession } from '../session/index.ts'

/** Pages that follow each other share one answer. */
const minimumIntervalMs = 5_000

const askedAtMs = new WeakMap<Session, number>()

/**
 * Asks the API who the user is by now, for a page that comes to the front: another device may have changed the
 * account, or ended the login. Nothing for a guest. An error changes nothing that is in view.
 */
export function useFreshUser(): () => void {
  const { session } = useSession()
  useEffect(() => {
    // A login brings the user along.
    return session.listen(({ type }) => void (type === 'logged_in' && askedAtMs.set(session, Date.now())))
  }, [session])
  return () => void refreshUser(session).catch(() => {})
}

async function refreshUser(session: Session): Promise<void> {
  const before = session.state()
  const sinceMs = Math.abs(Date.now() - (askedAtMs.get(session) ?? Number.NEGATIVE_INFINITY))
  if (before.kind !== 'user' || sinceMs < minimumIntervalMs) return
  askedAtMs.set(session, Date.now())
  const me = await session.load('GET /v1/me', {})
  // What the user changed meanwhile is newer than this answer.
  if (session.state() === before) session.showUser(me)
}
