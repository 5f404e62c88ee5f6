import type { User } from '@repo/shared'
import type { ApiProblem } from './errors.ts'
import { LoginProblem } from './login-problem.ts'
import type { PlatformStorage } from './platform.ts'
import { readSession, type StoredSession, writeSession } from './stored-session.ts'

/** Who uses the mini program, as pages see it. */
export type SessionState =
  /**
   * `endedBy` is the server's answer that has ended the session since launch: its code, and of a ban the reason and the
   * end. `null` after a logout or before any login.
   */
  { kind: 'guest'; endedBy: ApiProblem | null } | { kind: 'user'; user: User }

/** What has happened to the session, for whoever counts or reacts: analytics, caches, a team's own stores. */
export type SessionEvent =
  | { type: 'logged_in'; user: User; isNewUser: boolean }
  /** The person logged out or left. */
  | { type: 'logged_out' }
  /** The server ended it, and why. */
  | { type: 'ended'; endedBy: ApiProblem }
  /** A refresh token came back that was used before, so it may have been stolen; the user has to know, once. */
  | { type: 'token_reused' }

/** The one place that holds the session, in memory and in storage, and tells who listens. */
export type SessionStore = {
  state(): SessionState
  session(): StoredSession | null
  /** Counts logins and endings: what began under another number belongs to a session that is over. */
  generation(): number
  subscribe(listener: () => void): () => void
  listen(listener: (event: SessionEvent) => void): () => void
  /** A login: another session begins. */
  begin(session: StoredSession, facts: { isNewUser: boolean }): void
  /** New tokens, a changed user: the same session goes on. */
  keep(session: StoredSession): void
  end(endedBy: ApiProblem | null): void
  tell(event: SessionEvent): void
  /** Whether `session` is still the one, with no login, logout or refresh since. */
  isCurrent(session: StoredSession): boolean
}

/** Reads the storage, once. */
export function createSessionStore(storage: PlatformStorage): SessionStore {
  const listeners = new Set<() => void>()
  const eventListeners = new Set<(event: SessionEvent) => void>()
  let generation = 0
  let session = readSession(storage)
  let state: SessionState = session ? { kind: 'user', user: session.user } : { kind: 'guest', endedBy: null }

  function change(nextSession: StoredSession | null, nextState: SessionState): void {
    session = nextSession
    state = nextState
    writeSession(storage, session)
    for (const listener of listeners) listener()
  }

  function tell(event: SessionEvent): void {
    for (const listener of eventListeners) listener(event)
  }

  return {
    state: () => state,
    session: () => session,
    subscribe: (listener) => addTo(listeners, listener),
    listen: (listener) => addTo(eventListeners, listener),
    generation: () => generation,
    begin(next, { isNewUser }) {
      generation += 1
      change(next, { kind: 'user', user: next.user })
      tell({ type: 'logged_in', user: next.user, isNewUser })
    },
    keep: (next) => change(next, { kind: 'user', user: next.user }),
    end(endedBy) {
      const wasUser = session !== null
      generation += 1
      change(null, { kind: 'guest', endedBy })
      if (wasUser) tell(endedBy === null ? { type: 'logged_out' } : { type: 'ended', endedBy })
    },
    tell,
    // Every login and every refresh brings a new refresh token, while a changed user or flag keeps it.
    isCurrent: (candidate) => session?.refreshToken === candidate.refreshToken,
  }
}

function addTo<Item>(items: Set<Item>, item: Item): () => void {
  items.add(item)
  return () => items.delete(item)
}

/** What becomes of a request whose session ended while it was under way. */
export function sessionOver(state: SessionState): LoginProblem {
  const endedByServer = state.kind === 'guest' && state.endedBy !== null
  return new LoginProblem(endedByServer ? 'login_needed' : 'logged_out_meanwhile')
}
