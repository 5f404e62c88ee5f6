import { useEffect } from 'react'
import { type Session, useSession } from '../session/index.ts'

/** Pages that follow each other within this time share one request. */
const minIntervalMs = 5_000

const requestedAtMs = new WeakMap<Session, number>()

/** Returns a function that reloads the user when a page comes to the front: another device may have changed them. */
export function useFreshUser(): () => void {
  const { session } = useSession()
  useEffect(() => {
    // A login returns the user too.
    return session.on(({ type }) => void (type === 'logged_in' && requestedAtMs.set(session, Date.now())))
  }, [session])
  return () => void refreshUser(session).catch(() => {})
}

async function refreshUser(session: Session): Promise<void> {
  const before = session.state()
  const sinceMs = Math.abs(Date.now() - (requestedAtMs.get(session) ?? Number.NEGATIVE_INFINITY))
  if (before.kind !== 'user' || sinceMs < minIntervalMs) return
  requestedAtMs.set(session, Date.now())
  const me = await session.load('GET /v1/me', {})
  // A change that the user made meanwhile is newer than this response.
  if (session.state() === before) session.updateUser(me)
}
