import type { ErrorCode, User } from '@repo/shared'
import { LoginProblem } from './login-problem.ts'
import type { PlatformStorage } from './platform.ts'
import { readSession, type StoredSession, writeSession } from './stored-session.ts'

/** Who uses the mini program, as pages see it. */
export type SessionState =
  /** `endedBy` says what ended the session since launch, and is `null` after a logout or before any login. */
  { kind: 'guest'; endedBy: ErrorCode | null } | { kind: 'user'; user: User }

/** The one place that holds the session, in memory and in storage, and tells who listens. */
export type SessionStore = {
  state(): SessionState
  session(): StoredSession | null
  /** Counts logins and endings: what began under another number belongs to a session that is over. */
  generation(): number
  subscribe(listener: () => void): () => void
  /** A login: another session begins. */
  begin(session: StoredSession): void
  /** New tokens, a changed user: the same session goes on. */
  keep(session: StoredSession): void
  end(endedBy: ErrorCode | null): void
  /** Whether `session` is still the one, with no login, logout or refresh since. */
  isCurrent(session: StoredSession): boolean
}

/** Reads the storage, once. */
export function createSessionStore(storage: PlatformStorage): SessionStore {
  const listeners = new Set<() => void>()
  let generation = 0
  let session = readSession(storage)
  let state: SessionState = session ? { kind: 'user', user: session.user } : { kind: 'guest', endedBy: null }

  function change(nextSession: StoredSession | null, nextState: SessionState): void {
    session = nextSession
    state = nextState
    writeSession(storage, session)
    for (const listener of listeners) listener()
  }

  return {
    state: () => state,
    session: () => session,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    generation: () => generation,
    begin(next) {
      generation += 1
      change(next, { kind: 'user', user: next.user })
    },
    keep: (next) => change(next, { kind: 'user', user: next.user }),
    end(endedBy) {
      generation += 1
      change(null, { kind: 'guest', endedBy })
    },
    // Every login and every refresh brings a new refresh token, while a changed user or flag keeps it.
    isCurrent: (candidate) => session?.refreshToken === candidate.refreshToken,
  }
}

/** What becomes of a request whose session ended while it was under way. */
export function sessionOver(state: SessionState): LoginProblem {
  const endedByServer = state.kind === 'guest' && state.endedBy !== null
  return new LoginProblem(endedByServer ? 'login_needed' : 'logged_out_meanwhile')
}
