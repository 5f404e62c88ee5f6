import type { Consent, RefreshResult } from '@repo/shared'
import { ApiError, asSessionEndingError, requiredConsentOf, SessionError } from './errors.ts'
import { type LoginContext, wechatLogin } from './login-methods.ts'
import { notifyLogout } from './logout.ts'
import { type SessionStore, sessionEndedError } from './store.ts'
import { type StoredSession, toStoredSession } from './stored-session.ts'

type RefreshContext = LoginContext & {
  store: SessionStore
  now: () => number
  /** Whether the API sent new tokens for this session that never arrived. */
  hasLostTokens: (session: StoredSession) => boolean
  /** What the user has agreed to since, and the API has not stored yet. */
  newConsent: () => Consent | null
  /** Warns the user, even if WeChat logs them in again without a tap. */
  reportReuse: (refreshToken: string) => void
}

/**
 * Exchanges the refresh token for new tokens; where it has expired, logs the same user in again without a tap.
 * Only a session-ending error ends the session: network errors, 429 and 5xx leave it as it is.
 */
export async function refreshSession(context: RefreshContext): Promise<StoredSession> {
  const { store, client, now, hasLostTokens } = context
  const started = store.session()
  if (!started) throw new SessionError('login_required')
  try {
    const newConsent = context.newConsent()
    const { result, isNewSession } = await requestTokens(context, started, newConsent)
    const current = store.session()
    const sessionKeyStale = !isNewSession && current?.sessionKeyStale === true
    const loginMethod = current?.loginMethod ?? started.loginMethod
    const consent = newConsent ?? current?.consent ?? started.consent
    const next = toStoredSession(result, { phoneNowMs: now(), loginMethod, sessionKeyStale, consent })
    if (store.isCurrent(started)) store.update(next)
    else if (isNewSession) void notifyLogout(client, next)
  } catch (error) {
    if (store.isCurrent(started)) {
      const required = requiredConsentOf(error)
      if (required) store.requireConsent(required)
      const endedBy = asSessionEndingError(error)
      if (endedBy) store.clear(hasLostTokens(started) ? new ApiError('tokens_lost') : endedBy)
      throw error
    }
  }
  return currentOrThrow(started, store)
}

async function requestTokens(
  context: RefreshContext,
  started: StoredSession,
  newConsent: Consent | null,
): Promise<{ result: RefreshResult; isNewSession: boolean }> {
  const { refreshToken, user, loginMethod } = started
  const consent = newConsent ?? started.consent
  try {
    const result = await context.client.call('POST /v1/auth/refresh', {
      body: { refreshToken, ...(newConsent && { consent: newConsent }) },
    })
    return { result, isNewSession: false }
  } catch (error) {
    const isReused = asSessionEndingError(error)?.code === 'refresh_token_reused'
    if (isReused && context.store.isCurrent(started)) context.reportReuse(refreshToken)
    if (loginMethod !== 'wechat' || !consent || !canLogInSilently(error)) throw error
    const result = await wechatLogin(context, consent, { expectedUserId: user.id })
    return { result, isNewSession: true }
  }
}

/** After a revocation, a ban or a logout the user taps again; only an expired session is renewed silently. */
function canLogInSilently(error: unknown): boolean {
  const code = asSessionEndingError(error)?.code
  return code === 'refresh_token_expired' || code === 'refresh_token_reused'
}

/** The current session of the user who started this; the user may have logged out or switched accounts meanwhile. */
export function currentOrThrow(started: StoredSession, store: SessionStore): StoredSession {
  const current = store.session()
  if (current?.user.id === started.user.id) return current
  throw sessionEndedError(store.state())
}
