import type { LoginResult, Me, RefreshResult, ResponseBody, User } from '@repo/shared'
import { createDeviceToken } from './device-token.ts'
import { isDeadToken, refusalOf } from './errors.ts'
import {
  type ApiClient,
  type InputOf,
  type UploadInput,
  type UploadKey,
  type UserEndpointKey,
  withToken,
} from './http-client.ts'
import {
  type ExchangeParts,
  exchangeCode,
  exchangePassword,
  exchangePhoneCode,
  type LoginOutcome,
  type Origin,
  type PasswordLogin,
  wechatCode,
} from './login-methods.ts'
import { LoginProblem } from './login-problem.ts'
import { tellLogout } from './logout.ts'
import type { Platform } from './platform.ts'
import { refreshSession, successorOf } from './refresh.ts'
import { isReissue, mayBeDone, type ReissueKey } from './reissue.ts'
import { createTurns } from './serial-queue.ts'
import { createWechatKeyCheck } from './session-key-check.ts'
import { shareInFlight } from './single-flight.ts'
import { createSessionStore, type SessionEvent, type SessionState, sessionOver } from './store.ts'
import { type StoredSession, storedSessionOf } from './stored-session.ts'
import { isAlive } from './token-expiry.ts'

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
  /** The server has ended the session because the person asked for it, as on all devices. */
  forget(): void
  /** The server has deleted the account: the same, and the phone forgets that it ever belonged to it. */
  forgetAccount(): void
  /** What began the session, so how its user proves who they are; `null` for a guest. */
  loginMethod(): StoredSession['begunBy'] | null
  /**
   * A request that a person pressed for. A dead access token is refreshed and the request replayed, once. Where only
   * a login would help, the person is asked for one, once, and the request replayed if the same person comes back.
   * Rejects with an ApiProblem or a LoginProblem. Where the operation changes a login method, the session goes on with the
   * tokens of its answer.
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
  const store = createSessionStore(platform.storage)
  const deviceToken = createDeviceToken(platform.storage)
  const parts: ExchangeParts = { client, platform, origin, deviceToken }
  /** What replaces the tokens: of two answers, the one that is stored last has to be the API's last. */
  const turns = createTurns()
  const refresh = shareInFlight(() => {
    const asked = store.session()
    return turns.take(async () =>
      asked && !store.isCurrent(asked)
        ? successorOf(asked, store)
        : refreshSession({ ...parts, store, now, hasLostTokens, tellReuse }),
    )
  })
  const login = shareInFlight(() => beginWith('wechat', () => exchangeCode(parts)))
  const loginPage = shareInFlight(askForLogin)
  const checkWechatKey = createWechatKeyCheck({
    store,
    platform,
    now,
    sendCode: (code) => load('PUT /v1/me/wechat-session', { body: { code } }),
  })
  let logouts = 0
  let lostFor: string | null = null
  let reused: string | null = null
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
    turns.forget()
    store.begin(session, { isNewUser: answer.isNewUser })
    const { isNewUser, conflict = null, joinedByPhone = false } = answer
    return { user: session.user, isNewUser, conflict, joinedByPhone }
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

  function forgetAccount(): void {
    forget()
    deviceToken.remove()
  }

  const hasLostTokens = ({ refreshToken }: StoredSession) => refreshToken === lostFor

  function tellReuse(refreshToken: string): void {
    if (refreshToken === reused) return
    reused = refreshToken
    store.tell({ type: 'token_reused' })
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

  function load<Key extends UserEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>> {
    const send = (session: StoredSession) =>
      sendAs(session, (accessToken) => client.call(key, withToken<Key>(input, accessToken)))
    if (!isReissue(key)) return authorized(send)
    return authorized((session) => turns.take(() => reissue(key, successorOf(session, store), send)))
  }

  /** Sends something with a living access token, and once more if the server finds it dead. */
  async function authorized<Answer>(send: (session: StoredSession) => Promise<Answer>): Promise<Answer> {
    const session = await usableSession()
    try {
      return await send(session)
    } catch (error) {
      if (!isDeadToken(error)) throw error
      return send(await replacementOf(session))
    }
  }

  /** Changes a login method, after which the session goes on with the new tokens alone. */
  async function reissue<Answer>(
    key: ReissueKey,
    session: StoredSession,
    send: (session: StoredSession) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      const answer = await send(session)
      const current = store.session()
      if (!current || !store.isCurrent(session)) return answer
      const next = storedSessionOf(answer as RefreshResult, {
        phoneNowMs: now(),
        begunBy: key === 'POST /v1/me/wechat/unbind' ? 'password' : current.begunBy,
        wechatKeyIsStale: current.wechatKeyIsStale || key === 'POST /v1/me/merge',
      })
      // A merge may go on as another user.
      if (key === 'POST /v1/me/merge') store.begin(next, { isNewUser: false })
      else store.keep(next)
      return answer
    } catch (error) {
      if (mayBeDone(error)) lostFor = session.refreshToken
      throw error
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
    forgetAccount,
    loginMethod: () => store.session()?.begunBy ?? null,
    request,
    load,
    upload: (key, input) =>
      authorized((session) =>
        sendAs(session, (accessToken) => client.upload(key, { ...input, accessToken })),
      ),
    reloadUser,
    showUser,
    wechatProof,
    resetPassword,
  }
}
