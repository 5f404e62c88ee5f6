import type { User } from '@repo/shared'
import type { Session } from '../../session/index.ts'

/** Whether this person is still the one who is logged in: a change may have waited, and logins change meanwhile. */
export function isStillLoggedIn(session: Session, userId: string): boolean {
  const state = session.state()
  return state.kind === 'user' && state.user.id === userId
}

/**
 * Shows what the server has accepted, on every page and also after the page that asked has gone; unless somebody else
 * is logged in by now. To be told only what was changed: the rest of an answer may be older than what is shown.
 */
export function showAccepted(session: Session, userId: string, changes: Partial<User>): void {
  if (isStillLoggedIn(session, userId)) session.showUser(changes)
}
