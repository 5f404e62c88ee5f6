import type { RequiredConsent, User } from '@repo/shared'
import { type ApiError, SessionError } from './errors.ts'
import type { PlatformStorage } from './platform.ts'
import { readSession, type StoredSession, writeSession } from './stored-session.ts'

/** The session as pages see it. */
export type SessionState =
  /** `endedBy`: the error that ended the session since launch; `null` after a logout or before the first login. */
  | { kind: 'guest'; endedBy: ApiError | null }
  /** `requiredConsent`: until the user agrees to these documents, the API refreshes no token. */
  | { kind: 'user'; user: User; requiredConsent?: RequiredConsent }

/** For analytics, caches and a team's own stores. */
export type SessionEvent =
  | { type: 'logged_in'; user: User; isNewUser: boolean }
  /** The user logged out or deleted the account. */
  | { type: 'logged_out' }
  /** The server ended the session. */
  | { type: 'ended'; endedBy: ApiError }
  /** A used refresh token came back, so it may have been stolen. Sent once per token. */
  | { type: 'token_reused' }

/** Holds the session, in memory and in the phone's storage. */
export type SessionStore = {
  state(): SessionState
  session(): StoredSession | null
  /** Counts logins and ends: a result of an earlier generation belongs to a session that has ended. */
  generation(): number
  subscribe(listener: () => void): () => void
  on(listener: (event: SessionEvent) => void): () => void
  /** Starts another session, after a login. */
  replace(session: StoredSession, details: { isNewUser: boolean }): void
  /** Continues the same session with new tokens or a changed user. */
  update(session: StoredSession): void
  clear(endedBy: ApiError | null): void
  /** Continues the session, which the API holds back until the user agrees to newer documents. */
  requireConsent(required: RequiredConsent): void
  requiredConsent(): RequiredConsent | null
  emit(event: SessionEvent): void
  /** False after a login, logout or refresh since `session`. */
  isCurrent(session: StoredSession): boolean
}

/** Reads the storage once. */
export function createSessionStore(storage: PlatformStorage): SessionStore {
  const listeners = new Set<() => void>()
  const eventListeners = new Set<(event: SessionEvent) => void>()
  let generation = 0
  let session = readSession(storage)
  let state: SessionState = session ? { kind: 'user', user: session.user } : { kind: 'guest', endedBy: null }

  function set(nextSession: StoredSession | null, nextState: SessionState): void {
    session = nextSession
    state = nextState
    writeSession(storage, session)
    for (const listener of listeners) listener()
  }

  function emit(event: SessionEvent): void {
    for (const listener of eventListeners) listener(event)
  }

  const requiredConsent = () => (state.kind === 'user' && state.requiredConsent) || null

  return {
    state: () => state,
    session: () => session,
    subscribe: (listener) => addTo(listeners, listener),
    on: (listener) => addTo(eventListeners, listener),
    generation: () => generation,
    replace(next, { isNewUser }) {
      generation += 1
      set(next, { kind: 'user', user: next.user })
      emit({ type: 'logged_in', user: next.user, isNewUser })
    },
    update(next) {
      const required = session?.refreshToken === next.refreshToken ? requiredConsent() : null
      set(next, { kind: 'user', user: next.user, ...(required && { requiredConsent: required }) })
    },
    clear(endedBy) {
      const wasUser = session !== null
      generation += 1
      set(null, { kind: 'guest', endedBy })
      if (wasUser) emit(endedBy === null ? { type: 'logged_out' } : { type: 'ended', endedBy })
    },
    requireConsent(required) {
      if (session) set(session, { kind: 'user', user: session.user, requiredConsent: required })
    },
    requiredConsent,
    emit,
    // Every login and refresh brings a new refresh token; a changed user or flag keeps it.
    isCurrent: (candidate) => session?.refreshToken === candidate.refreshToken,
  }
}

function addTo<Item>(items: Set<Item>, item: Item): () => void {
  items.add(item)
  return () => items.delete(item)
}

/** For a request whose session ended while it was in progress. */
export function sessionEndedError(state: SessionState): SessionError {
  const endedByServer = state.kind === 'guest' && state.endedBy !== null
  return new SessionError(endedByServer ? 'login_required' : 'logged_out_meanwhile')
}
