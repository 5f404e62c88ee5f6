import type { User } from '@repo/shared'
import type { Session } from '../../session/index.ts'

/** False if the user logged out or switched accounts while a change waited. */
export function isStillLoggedIn(session: Session, userId: string): boolean {
  const state = session.state()
  return state.kind === 'user' && state.user.id === userId
}

/** Pass the changed fields only: the rest of a response may be older than `session.state()`. */
export function applyProfileUpdate(session: Session, userId: string, changes: Partial<User>): void {
  if (isStillLoggedIn(session, userId)) session.updateUser(changes)
}
