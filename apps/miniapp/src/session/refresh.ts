import type { RefreshResult } from '@repo/shared'
import type { ApiClient } from './api/client.ts'
import { refusalOf } from './api/problem.ts'
import { exchangeCode, type Origin } from './exchange.ts'
import { LoginProblem } from './login-problem.ts'
import { tellLogout } from './logout.ts'
import type { Platform } from './platform.ts'
import { type SessionStore, sessionOver } from './session-store.ts'
import { type StoredSession, storedSessionOf } from './stored-session.ts'

type Parts = {
  store: SessionStore
  client: ApiClient
  platform: Platform
  origin: Origin
  now: () => number
}

/**
 * Exchanges the refresh token for new tokens, and where it has died of old age, logs the same person in again
 * without a press. A refusal ends the session; network trouble, 429 and 5xx leave it as it is.
 */
export async function refreshSession(parts: Parts): Promise<StoredSession> {
  const { store, client, now } = parts
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
      if (refusal) store.end(refusal)
      throw error
    }
  }
  return successorOf(started, store)
}

async function newTokens(
  { client, platform, origin }: Parts,
  { refreshToken, user, begunBy }: StoredSession,
): Promise<{ answer: RefreshResult; isNewSession: boolean }> {
  try {
    const answer = await client.call('POST /v1/auth/refresh', { body: { refreshToken } })
    return { answer, isNewSession: false }
  } catch (error) {
    if (begunBy !== 'wechat' || !mayLogInSilently(error)) throw error
    const answer = await exchangeCode({ client, platform, origin }, user.id)
    return { answer, isNewSession: true }
  }
}

/** After a revocation, a ban or a logout the person presses again; only an aged session is renewed unasked. */
function mayLogInSilently(error: unknown): boolean {
  const refusal = refusalOf(error)?.code
  return refusal === 'refresh_token_expired' || refusal === 'refresh_token_reused'
}

/** While an answer is on its way, the person may log out, or in again: then it changes nothing. */
function successorOf(started: StoredSession, store: SessionStore): StoredSession {
  const current = store.session()
  if (current?.user.id === started.user.id) return current
  throw sessionOver(store.state())
}
