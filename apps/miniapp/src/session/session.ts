import type { ResponseBody, User } from '@repo/shared'
import { type ApiClient, type BodyOf, type UserEndpointKey, withToken } from '../api/client.ts'
import { isDeadToken, refusalOf } from '../api/problem.ts'
import { exchangeCode, type Origin } from './exchange.ts'
import { LoginProblem } from './login-problem.ts'
import { tellLogout } from './logout.ts'
import type { Platform } from './platform.ts'
import { refreshSession } from './refresh.ts'
import { createSessionStore, type SessionState, sessionOver } from './session-store.ts'
import { shareInFlight } from './share-in-flight.ts'
import { type StoredSession, storedSessionOf } from './stored-session.ts'
import { isAlive } from './token-clock.ts'
import { createWechatKeyCheck } from './wechat-key.ts'

export type Session = {
  state(): SessionState
  /** Calls `listener` after every change of `state()`, until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** Brings a stored session up to date in the background. To be called once, at launch; nobody waits for it. */
  start(): Promise<void>
  /** The mini program came to the foreground. */
  resume(): Promise<void>
  /** Logs in with WeChat because the person asked for it. Whoever asks meanwhile shares it. */
  login(): Promise<{ user: User; isNewUser: boolean }>
  /** Ends the session here, at once and in any case, and tells the server if it can be reached. */
  logout(): Promise<void>
  /**
   * A page's own request. A dead access token is refreshed and the request replayed, once. Rejects with an
   * ApiProblem or a LoginProblem; where only a login would help, the person is asked for one, once.
   */
  request<Key extends UserEndpointKey>(key: Key, options: BodyOf<Key>): Promise<ResponseBody<Key>>
  /** A page's request for the user as the server knows them now; `state()` shows the answer too. */
  reloadUser(): Promise<User>
}

export type SessionParts = {
  client: ApiClient
  platform: Platform
  origin: Origin
  /** The phone's clock, in milliseconds; it may be wrong by days. */
  now: () => number
  /** Opens the login page. */
  askForLogin: () => void
}

/**
 * The session of the person who uses this phone. Pure: it reads the storage here, once, and knows the phone only
 * through `platform`.
 */
export function createSession({ client, platform, origin, now, askForLogin }: SessionParts): Session {
  const store = createSessionStore(platform.storage)
  const refresh = shareInFlight(() => refreshSession({ store, client, platform, origin, now }))
  const login = shareInFlight(logIn)
  const checkWechatKey = createWechatKeyCheck({
    store,
    platform,
    now,
    sendCode: (code) => authorized('PUT /v1/me/wechat-session', { body: { code } }),
  })
  let logouts = 0
  let answeredState: SessionState | null = null

  async function start(): Promise<void> {
    const session = store.session()
    if (!session) return
    try {
      // A refresh brings the user along.
      if (!isAlive(session, now())) await refresh.run()
      else keepUser(await authorized('GET /v1/me', {}))
    } catch {
      // The session has drawn its conclusions; the first page that needs the server will say so.
    }
  }

  async function logIn(): Promise<{ user: User; isNewUser: boolean }> {
    const logoutsBefore = logouts
    const answer = await exchangeCode({ client, platform, origin })
    const session = storedSessionOf(answer, { phoneNowMs: now(), wechatKeyIsStale: false })
    if (logouts !== logoutsBefore) {
      void tellLogout(client, session)
      throw new LoginProblem('logged_out_meanwhile')
    }
    // A refresh that is still under way is the old session's.
    refresh.forget()
    store.begin(session)
    return { user: session.user, isNewUser: answer.isNewUser }
  }

  async function logout(): Promise<void> {
    const session = store.session()
    logouts += 1
    login.forget()
    store.end(null)
    if (session) await tellLogout(client, session)
  }

  async function request<Key extends UserEndpointKey>(
    key: Key,
    options: BodyOf<Key>,
  ): Promise<ResponseBody<Key>> {
    const wasGuest = store.session() === null
    try {
      return await authorized(key, options)
    } catch (error) {
      const state = store.state()
      const isOver = state.kind === 'guest' && (wasGuest || state.endedBy !== null)
      // Several requests fail together when a session ends, and one question is enough.
      if (isOver && (wasGuest || answeredState !== state)) {
        answeredState = state
        askForLogin()
      }
      throw error
    }
  }

  /** Sends a request with a living access token, and once more if the server finds it dead. */
  async function authorized<Key extends UserEndpointKey>(
    key: Key,
    options: BodyOf<Key>,
  ): Promise<ResponseBody<Key>> {
    const session = await usableSession()
    try {
      return await send(key, options, session)
    } catch (error) {
      if (!isDeadToken(error)) throw error
      return send(key, options, await replacementOf(session))
    }
  }

  async function send<Key extends UserEndpointKey>(
    key: Key,
    options: BodyOf<Key>,
    session: StoredSession,
  ): Promise<ResponseBody<Key>> {
    try {
      return await client.call(key, withToken<Key>(options, session.accessToken))
    } catch (error) {
      const refusal = refusalOf(error)
      const isOver = refusal === 'session_revoked' || refusal === 'account_banned'
      // A late answer about tokens that were replaced meanwhile ends nothing.
      if (isOver && store.isCurrent(session)) store.end(refusal)
      throw error
    }
  }

  async function usableSession(): Promise<StoredSession> {
    const session = store.session()
    if (!session) throw new LoginProblem('login_needed')
    return isAlive(session, now()) ? session : refresh.run()
  }

  /** What to replay a request with: the tokens that came meanwhile, else new ones. Never somebody else's. */
  async function replacementOf(refused: StoredSession): Promise<StoredSession> {
    const current = store.session()
    if (current?.user.id !== refused.user.id) throw sessionOver(store.state())
    return current.accessToken === refused.accessToken ? refresh.run() : current
  }

  function keepUser(user: User): User {
    const session = store.session()
    if (session?.user.id === user.id) store.keep({ ...session, user })
    return user
  }

  return {
    state: store.state,
    subscribe: store.subscribe,
    start,
    resume: checkWechatKey,
    login: login.run,
    logout,
    request,
    reloadUser: async () => keepUser(await request('GET /v1/me', {})),
  }
}
