import type { LoginResult, Me, MergeBody, ResponseBody, User } from '@repo/shared'
import {
  type ApiClient,
  type InputOf,
  type UploadInput,
  type UploadKey,
  type UserEndpointKey,
  withToken,
} from './api/client.ts'
import { isDeadToken, refusalOf } from './api/problem.ts'
import {
  type ExchangeParts,
  exchangeCode,
  exchangePassword,
  exchangePhoneCode,
  type LoginOutcome,
  type Origin,
  type PasswordLogin,
  wechatCode,
} from './exchange.ts'
import { LoginProblem } from './login-problem.ts'
import { tellLogout } from './logout.ts'
import type { Platform } from './platform.ts'
import { refreshSession } from './refresh.ts'
import { createSessionStore, type SessionEvent, type SessionState, sessionOver } from './session-store.ts'
import { shareInFlight } from './share-in-flight.ts'
import { type StoredSession, storedSessionOf } from './stored-session.ts'
import { isAlive } from './token-clock.ts'
import { createWechatKeyCheck } from './wechat-key.ts'

export type Session = {
  state(): SessionState
  /** Calls `listener` after every change of `state()`, until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** Tells `listener` what happens to the session, such as a login, until the returned function is called. */
  listen(listener: (event: SessionEvent) => void): () => void
  /** Brings a stored session up to date in the background. To be called once, at launch; nobody waits for it. */
  start(): Promise<void>
  /** The mini program came to the foreground. */
  resume(): Promise<void>
  /** Logs in with WeChat because the person asked for it. Whoever asks meanwhile shares it. */
  login(): Promise<LoginOutcome>
  /** The same with the code of a phone button, whose number the account then has. */
  loginWithPhone(phoneCode: string): Promise<LoginOutcome>
  loginWithPassword(login: PasswordLogin): Promise<LoginOutcome>
  /**
   * Whether somebody is logged in: at once, or when the login page was closed that this opens for a guest. For what
   * a person pressed: `if (await session.requireLogin()) doIt()`.
   */
  requireLogin(): Promise<boolean>
  /** Ends the session here, at once and in any case, and tells the server if it can be reached. */
  logout(): Promise<void>
  /** The server has ended the session because the person asked for it, as by deleting the account. */
  forget(): void
  /**
   * A request that a person pressed for. A dead access token is refreshed and the request replayed, once. Where only
   * a login would help, the person is asked for one, once, and the request replayed if the same person comes back.
   * Rejects with an ApiProblem or a LoginProblem.
   */
  request<Key extends UserEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>>
  /** The same for what a page asks by itself: never opens the login page. */
  load<Key extends UserEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>>
  /** A file that a person chose, sent likewise; the login page is not opened. */
  upload<Key extends UploadKey>(key: Key, input: UploadInput): Promise<ResponseBody<Key>>
  /** Loads the user as the server knows them now; `state()` shows the answer too. */
  reloadUser(): Promise<Me>
  /** Shows the person changes that the server has accepted. */
  showUser(changes: Partial<User>): void
  /** A fresh code of wx.login, with the AppID it is of: proves who holds the phone. Rejects with a LoginProblem. */
  wechatProof(): Promise<{ code: string; appId?: string }>
  /**
   * Replaces the forgotten password of the account that this WeChat is bound to, which is logged out everywhere. Nobody is
   * logged in by it.
   */
  resetPassword(newPassword: string): Promise<void>
  /** Removes WeChat as a way into this account; the session goes on as one that a password began. */
  unbindWechat(): Promise<void>
  /** Joins two accounts of this person; the session goes on as that of the one that stays. */
  merge(body: MergeBody): Promise<User>
}

export type SessionParts = {
  client: ApiClient
  platform: Platform
  origin: Origin
  /** The phone's clock, in milliseconds; it may be wrong by days. */
  now: () => number
  /** Opens the login page. Resolves when it was closed, whether anybody has logged in or not. */
  askForLogin: () => Promise<void>
}

/**
 * The session of the person who uses this phone. Pure: it reads the storage here, once, and knows the phone only
 * through `platform`.
 */
export function createSession({ client, platform, origin, now, askForLogin }: SessionParts): Session {
  const parts: ExchangeParts = { client, platform, origin }
  const store = createSessionStore(platform.storage)
  const refresh = shareInFlight(() => refreshSession({ store, client, platform, origin, now }))
  const login = shareInFlight(() => beginWith('wechat', () => exchangeCode(parts)))
  const loginPage = shareInFlight(askForLogin)
  const checkWechatKey = createWechatKeyCheck({
    store,
    platform,
    now,
    sendCode: (code) => load('PUT /v1/me/wechat-session', { body: { code } }),
  })
  let logouts = 0
  let answeredState: SessionState | null = null

  async function start(): Promise<void> {
    const session = store.session()
    if (!session) return
    try {
      // A refresh brings the user along.
      if (!isAlive(session, now())) await refresh.run()
      else await reloadUser()
    } catch {
      // The session has drawn its conclusions; the first page that needs the server will say so.
    }
  }

  /** Replaces whatever session there is by the one that `exchange` brings. */
  async function beginWith(
    begunBy: StoredSession['begunBy'],
    exchange: () => Promise<LoginResult>,
  ): Promise<LoginOutcome> {
    const logoutsBefore = logouts
    const answer = await exchange()
    const session = storedSessionOf(answer, { phoneNowMs: now(), begunBy, wechatKeyIsStale: false })
    if (logouts !== logoutsBefore) {
      void tellLogout(client, session)
      throw new LoginProblem('logged_out_meanwhile')
    }
    // A refresh that is still under way is the old session's.
    refresh.forget()
    store.begin(session, { isNewUser: answer.isNewUser })
    return { user: session.user, isNewUser: answer.isNewUser, conflict: answer.conflict ?? null }
  }

  async function requireLogin(): Promise<boolean> {
    if (store.session()) return true
    // Where it cannot be opened, nobody has logged in, and the button is still there.
    await loginPage.run().catch(() => {})
    return store.session() !== null
  }

  function forget(): void {
    logouts += 1
    login.forget()
    store.end(null)
  }

  async function logout(): Promise<void> {
    const session = store.session()
    forget()
    if (session) await tellLogout(client, session)
  }

  async function request<Key extends UserEndpointKey>(
    key: Key,
    input: InputOf<Key>,
  ): Promise<ResponseBody<Key>> {
    const before = store.session()
    try {
      return await load(key, input)
    } catch (error) {
      if (!(await cameBack(before))) throw error
      // What one person pressed is not done for another.
      if (before && store.session()?.user.id !== before.user.id) throw new LoginProblem('other_person')
      return load(key, input)
    }
  }

  /** After the end of a session: asks for a login, and says whether anybody has done so. */
  async function cameBack(before: StoredSession | null): Promise<boolean> {
    const state = store.state()
    const isOver = state.kind === 'guest' && (before === null || state.endedBy !== null)
    // Several requests fail together when a session ends, and one question is enough.
    if (!isOver || (before !== null && answeredState === state)) return false
    answeredState = state
    return requireLogin()
  }

  const load = <Key extends UserEndpointKey>(key: Key, input: InputOf<Key>) =>
    authorized((accessToken) => client.call(key, withToken<Key>(input, accessToken)))

  /** Sends something with a living access token, and once more if the server finds it dead. */
  async function authorized<Answer>(send: (accessToken: string) => Promise<Answer>): Promise<Answer> {
    const session = await usableSession()
    try {
      return await sendAs(session, send)
    } catch (error) {
      if (!isDeadToken(error)) throw error
      return sendAs(await replacementOf(session), send)
    }
  }

  async function sendAs<Answer>(
    session: StoredSession,
    send: (accessToken: string) => Promise<Answer>,
  ): Promise<Answer> {
    let answer: Answer
    try {
      answer = await send(session.accessToken)
    } catch (error) {
      const refusal = refusalOf(error)
      const isOver = refusal?.code === 'session_revoked' || refusal?.code === 'account_banned'
      // A late answer about tokens that were replaced meanwhile ends nothing.
      if (isOver && store.isCurrent(session)) store.end(refusal)
      throw error
    }
    // What was asked for one person is not handed to the pages of another.
    if (store.session()?.user.id !== session.user.id) throw sessionOver(store.state())
    return answer
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

  async function reloadUser(): Promise<Me> {
    const user = await load('GET /v1/me', {})
    showUser(user)
    return user
  }

  function showUser(changes: Partial<User>): void {
    const session = store.session()
    if (session) store.keep({ ...session, user: { ...session.user, ...changes } })
  }

  async function wechatProof(): Promise<{ code: string; appId?: string }> {
    const session = store.session()
    // The server may use this code for something else than keeping the session_key behind it.
    if (session) store.keep({ ...session, wechatKeyIsStale: true })
    const code = await wechatCode(platform)
    return origin.appId === undefined ? { code } : { code, appId: origin.appId }
  }

  async function resetPassword(newPassword: string): Promise<void> {
    await client.call('POST /v1/auth/password-reset', { body: { ...(await wechatProof()), newPassword } })
    // If it was the password of whoever is logged in here, they no longer are.
    if (store.session()) await reloadUser().catch(() => {})
  }

  async function unbindWechat(): Promise<void> {
    await load('DELETE /v1/me/wechat', {})
    const session = store.session()
    if (session) store.keep({ ...session, begunBy: 'password' })
  }

  async function merge(body: MergeBody): Promise<User> {
    const { begunBy } = await usableSession()
    const answer = await load('POST /v1/me/merge', { body })
    refresh.forget()
    const next = storedSessionOf(answer, { phoneNowMs: now(), begunBy, wechatKeyIsStale: true })
    store.begin(next, { isNewUser: false })
    return next.user
  }

  return {
    state: store.state,
    subscribe: store.subscribe,
    listen: store.listen,
    start,
    resume: checkWechatKey,
    login: login.run,
    loginWithPhone: (phoneCode) => beginWith('wechat', () => exchangePhoneCode(parts, phoneCode)),
    loginWithPassword: (passwordLogin) =>
      beginWith(passwordLogin.bindsWechat ? 'wechat' : 'password', () =>
        exchangePassword(parts, passwordLogin),
      ),
    requireLogin,
    logout,
    forget,
    request,
    load,
    upload: (key, input) => authorized((accessToken) => client.upload(key, { ...input, accessToken })),
    reloadUser,
    showUser,
    wechatProof,
    resetPassword,
    unbindWechat,
    merge,
  }
}
