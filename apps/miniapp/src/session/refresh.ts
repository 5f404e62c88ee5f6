import type { RefreshResult } from '@repo/shared'
import { ApiProblem, refusalOf } from './errors.ts'
import { type ExchangeParts, exchangeCode } from './login-methods.ts'
import { LoginProblem } from './login-problem.ts'
import { tellLogout } from './logout.ts'
import { type SessionStore, sessionOver } from './store.ts'
import { type StoredSession, storedSessionOf } from './stored-session.ts'

type Parts = ExchangeParts & {
  store: SessionStore
  now: () => number
  /** Whether new tokens were on their way to this session, and did not arrive. */
  hasLostTokens: (session: StoredSession) => boolean
  /** Tells the user, also where WeChat logs them in again without a tap. */
  tellReuse: (refreshToken: string) => void
}

/**
 * Exchanges the refresh token for new tokens, and where it has died of old age, logs the same person in again
 * without a press. A refusal ends the session; network trouble, 429 and 5xx leave it as it is.
 */
export async function refreshSession(parts: Parts): Promise<StoredSession> {
  const { store, client, now, hasLostTokens } = parts
  const started = store.session()
  if (!started) throw new LoginProblem('login_needed')
  try {
    const { answer, isNewSession } = await newTokens(parts, started)
    const current = store.session()
    const wechatKeyIsStale = !isNewSession && current?.wechatKeyIsStale === true
    const begunBy = current?.begunBy ?? started.begunBy
    const next = storedSessionOf(answer, { phoneNowMs: now(), begunBy, wechatKeyIsStale })
    if (store.isCurrent(started)) store.keep(next)
    else if (isNewSession) void tellLogout(client, next)
  } catch (error) {
    if (store.isCurrent(started)) {
      const refusal = refusalOf(error)
      if (refusal) store.end(hasLostTokens(started) ? new ApiProblem('tokens_lost') : refusal)
      throw error
    }
  }
  return successorOf(started, store)
}

async function newTokens(
  parts: Parts,
  started: StoredSession,
): Promise<{ answer: RefreshResult; isNewSession: boolean }> {
  const { refreshToken, user, begunBy } = started
  try {
    const answer = await parts.client.call('POST /v1/auth/refresh', { body: { refreshToken } })
    return { answer, isNewSession: false }
  } catch (error) {
    const isReused = refusalOf(error)?.code === 'refresh_token_reused'
    if (isReused && parts.store.isCurrent(started)) parts.tellReuse(refreshToken)
    if (begunBy !== 'wechat' || !mayLogInSilently(error)) throw error
    const answer = await exchangeCode(parts, user.id)
    return { answer, isNewSession: true }
  }
}

/** After a revocation, a ban or a logout the person presses again; only an aged session is renewed unasked. */
function mayLogInSilently(error: unknown): boolean {
  const refusal = refusalOf(error)?.code
  return refusal === 'refresh_token_expired' || refusal === 'refresh_token_reused'
}

/** While an answer is on its way, the person may log out, or in again: then it changes nothing. */
export function successorOf(started: StoredSession, store: SessionStore): StoredSession {
  const current = store.session()
  if (current?.user.id === started.user.id) return current
  throw sessionOver(store.state())
}
