import type { LoginResult, Me, RefreshResult, ResponseBody, SharedAccountChoice, User } from '@repo/shared'
import { createDeviceToken } from './device-token.ts'
import { asSessionEndingError, isAccessTokenRejected, SessionError } from './errors.ts'
import {
  type ApiClient,
  type InputOf,
  type PublicEndpointKey,
  type UploadInput,
  type UploadKey,
  type UserEndpointKey,
  withToken,
} from './http-client.ts'
import {
  type ClientInfo,
  getWechatCode,
  type LoginContext,
  type LoginOutcome,
  type PasswordLogin,
  passwordLogin,
  phoneLogin,
  wechatLogin,
} from './login-methods.ts'
import { notifyLogout } from './logout.ts'
import type { Platform } from './platform.ts'
import { currentOrThrow, refreshSession } from './refresh.ts'
import { isReissue, mayHaveSucceeded, type ReissueKey } from './reissue.ts'
import { createSerialQueue } from './serial-queue.ts'
import { createSessionKeyCheck } from './session-key-check.ts'
import { singleFlight } from './single-flight.ts'
import { createSessionStore, type SessionEvent, type SessionState, sessionEndedError } from './store.ts'
import { type StoredSession, toStoredSession } from './stored-session.ts'
import { isTokenFresh } from './token-expiry.ts'

export type Session = {
  state(): SessionState
  /** Calls `listener` after every change of `state()`. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void
  /** Calls `listener` with each event, such as a login. Returns a function that unsubscribes. */
  on(listener: (event: SessionEvent) => void): () => void
  /** Refreshes a stored session in the background. Call it once, at launch. */
  start(): Promise<void>
  /** Call it when the mini program comes to the foreground. */
  resume(): Promise<void>
  /**
   * Logs in with WeChat after a tap. Calls in parallel share one login. `sharedAccount` is what the user chose after an
   * `ApiError` with a `sharedAccount`.
   */
  login(sharedAccount?: SharedAccountChoice): Promise<LoginOutcome>
  /** Logs in with WeChat and binds the phone number behind the phone button's code. */
  loginWithPhone(phoneCode: string, sharedAccount?: SharedAccountChoice): Promise<LoginOutcome>
  loginWithPassword(login: PasswordLogin): Promise<LoginOutcome>
  /** Opens the login page for a guest and waits until it closes. Returns whether a user is logged in. */
  requireLogin(): Promise<boolean>
  /** Ends the session on this phone at once, and on the server if it can be reached. */
  logout(): Promise<void>
  /** Ends the session on this phone after the server has ended it, as on all devices. */
  clear(): void
  /** As `clear`, after the account was deleted: removes the device token too. */
  clearAccount(): void
  /** `null` for a guest. */
  loginMethod(): StoredSession['loginMethod'] | null
  /**
   * Sends a request that the user tapped for. Refreshes a rejected access token and replays once; if the session has
   * ended, opens the login page and replays for the same user. Rejects with an ApiError or a SessionError.
   */
  request<Key extends UserEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>>
  /** As `request`, for what a page loads by itself: never opens the login page. */
  load<Key extends UserEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>>
  /** Sends a request that needs no login, without an access token. */
  callPublic<Key extends PublicEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>>
  /** Uploads a file that the user chose. Never opens the login page. */
  upload<Key extends UploadKey>(key: Key, input: UploadInput): Promise<ResponseBody<Key>>
  /** Loads the current user and updates `state()`. */
  reloadUser(): Promise<Me>
  /** Updates `state()` with changes that the server has accepted. */
  updateUser(changes: Partial<User>): void
  /** A fresh wx.login code and its AppID, as proof of the user. Rejects with a SessionError. */
  getLoginCode(): Promise<{ code: string; appId?: string }>
  /** Resets the password of the account that this WeChat is bound to, and logs that account out on all devices. */
  resetPassword(newPassword: string): Promise<void>
}

export type SessionOptions = {
  client: ApiClient
  platform: Platform
  clientInfo: ClientInfo
  /** The phone's clock, in milliseconds; it may be wrong by days. */
  now: () => number
  /** Opens the login page. Resolves when it has closed, with or without a login. */
  openLogin: () => Promise<void>
}

/** Platform-independent: it knows the phone only through `platform`. Reads the storage once, here. */
export function createSession({ client, platform, clientInfo, now, openLogin }: SessionOptions): Session {
  const store = createSessionStore(platform.storage)
  const deviceToken = createDeviceToken(platform.storage)
  const loginContext: LoginContext = { client, platform, clientInfo, deviceToken }
  /** Serializes all that replaces tokens: the last stored must be the last that the API issued. */
  const tokenQueue = createSerialQueue()
  const refresh = singleFlight(() => {
    const started = store.session()
    return tokenQueue.run(async () =>
      started && !store.isCurrent(started)
        ? currentOrThrow(started, store)
        : refreshSession({ ...loginContext, store, now, hasLostTokens, reportReuse }),
    )
  })
  const login = singleFlight(() => startSession('wechat', () => wechatLogin(loginContext)))
  const loginPage = singleFlight(openLogin)
  const checkSessionKey = createSessionKeyCheck({
    store,
    platform,
    now,
    sendCode: (code) => load('PUT /v1/me/wechat-session', { body: { code } }),
  })
  let logouts = 0
  let tokensLostFor: string | null = null
  let reusedToken: string | null = null
  let lastPromptedState: SessionState | null = null

  async function start(): Promise<void> {
    const session = store.session()
    if (!session) return
    try {
      // A refresh returns the user too.
      if (!isTokenFresh(session, now())) await refresh.run()
      else await reloadUser()
    } catch {
      // refresh() has already ended the session if needed. The next request reports the error.
    }
  }

  async function startSession(
    loginMethod: StoredSession['loginMethod'],
    requestLogin: () => Promise<LoginResult>,
  ): Promise<LoginOutcome> {
    const logoutsBefore = logouts
    const result = await requestLogin()
    const session = toStoredSession(result, { phoneNowMs: now(), loginMethod, sessionKeyStale: false })
    if (logouts !== logoutsBefore) {
      void notifyLogout(client, session)
      throw new SessionError('logged_out_meanwhile')
    }
    // A refresh in progress belongs to the old session.
    refresh.reset()
    tokenQueue.reset()
    store.replace(session, { isNewUser: result.isNewUser })
    const { isNewUser, conflict = null, joinedByPhone = false } = result
    return { user: session.user, isNewUser, conflict, joinedByPhone }
  }

  async function requireLogin(): Promise<boolean> {
    if (store.session()) return true
    // If the page cannot open, the user stays a guest and can tap again.
    await loginPage.run().catch(() => {})
    return store.session() !== null
  }

  function clear(): void {
    logouts += 1
    login.reset()
    store.clear(null)
  }

  function clearAccount(): void {
    clear()
    deviceToken.remove()
  }

  const hasLostTokens = ({ refreshToken }: StoredSession) => refreshToken === tokensLostFor

  function reportReuse(refreshToken: string): void {
    if (refreshToken === reusedToken) return
    reusedToken = refreshToken
    store.emit({ type: 'token_reused' })
  }

  async function logout(): Promise<void> {
    const session = store.session()
    clear()
    if (session) await notifyLogout(client, session)
  }

  async function request<Key extends UserEndpointKey>(
    key: Key,
    input: InputOf<Key>,
  ): Promise<ResponseBody<Key>> {
    const before = store.session()
    try {
      return await load(key, input)
    } catch (error) {
      if (!(await promptRelogin(before))) throw error
      // Never replay one user's tap for another user.
      if (before && store.session()?.user.id !== before.user.id) throw new SessionError('different_user')
      return load(key, input)
    }
  }

  /** Opens the login page if the session has ended. Returns whether a user has logged in. */
  async function promptRelogin(before: StoredSession | null): Promise<boolean> {
    const state = store.state()
    const hasEnded = state.kind === 'guest' && (before === null || state.endedBy !== null)
    // Several requests fail together when a session ends; one prompt is enough.
    if (!hasEnded || (before !== null && lastPromptedState === state)) return false
    lastPromptedState = state
    return requireLogin()
  }

  function load<Key extends UserEndpointKey>(key: Key, input: InputOf<Key>): Promise<ResponseBody<Key>> {
    const send = (session: StoredSession) =>
      sendWithToken(session, (accessToken) => client.call(key, withToken<Key>(input, accessToken)))
    if (!isReissue(key)) return withFreshToken(send)
    return withFreshToken((session) =>
      tokenQueue.run(() => reissue(key, currentOrThrow(session, store), send)),
    )
  }

  /** Sends with a fresh access token, and once more if the server rejects it. */
  async function withFreshToken<Result>(send: (session: StoredSession) => Promise<Result>): Promise<Result> {
    const session = await ensureFreshSession()
    try {
      return await send(session)
    } catch (error) {
      if (!isAccessTokenRejected(error)) throw error
      return send(await sessionForRetry(session))
    }
  }

  /** Changes a login method and continues the session with the new tokens. */
  async function reissue<Result>(
    key: ReissueKey,
    session: StoredSession,
    send: (session: StoredSession) => Promise<Result>,
  ): Promise<Result> {
    try {
      const result = await send(session)
      const current = store.session()
      if (!current || !store.isCurrent(session)) return result
      const next = toStoredSession(result as RefreshResult, {
        phoneNowMs: now(),
        loginMethod: key === 'POST /v1/me/wechat/unbind' ? 'password' : current.loginMethod,
        sessionKeyStale: current.sessionKeyStale || key === 'POST /v1/me/merge',
      })
      // After a merge the session may belong to the other account.
      if (key === 'POST /v1/me/merge') store.replace(next, { isNewUser: false })
      else store.update(next)
      return result
    } catch (error) {
      if (mayHaveSucceeded(error)) tokensLostFor = session.refreshToken
      throw error
    }
  }

  async function sendWithToken<Result>(
    session: StoredSession,
    send: (accessToken: string) => Promise<Result>,
  ): Promise<Result> {
    let result: Result
    try {
      result = await send(session.accessToken)
    } catch (error) {
      const endedBy = asSessionEndingError(error)
      const hasEnded = endedBy?.code === 'session_revoked' || endedBy?.code === 'account_banned'
      // A late response about replaced tokens must not end the session.
      if (hasEnded && store.isCurrent(session)) store.clear(endedBy)
      throw error
    }
    // Never show one user's data to another user.
    if (store.session()?.user.id !== session.user.id) throw sessionEndedError(store.state())
    return result
  }

  async function ensureFreshSession(): Promise<StoredSession> {
    const session = store.session()
    if (!session) throw new SessionError('login_required')
    return isTokenFresh(session, now()) ? session : refresh.run()
  }

  /** The tokens that arrived meanwhile, else new ones; never another user's. */
  async function sessionForRetry(rejected: StoredSession): Promise<StoredSession> {
    const current = store.session()
    if (current?.user.id !== rejected.user.id) throw sessionEndedError(store.state())
    return current.accessToken === rejected.accessToken ? refresh.run() : current
  }

  async function reloadUser(): Promise<Me> {
    const user = await load('GET /v1/me', {})
    updateUser(user)
    return user
  }

  function updateUser(changes: Partial<User>): void {
    const session = store.session()
    if (session) store.update({ ...session, user: { ...session.user, ...changes } })
  }

  async function getLoginCode(): Promise<{ code: string; appId?: string }> {
    const session = store.session()
    // The server may use this code as a proof and not store its session_key.
    if (session) store.update({ ...session, sessionKeyStale: true })
    const code = await getWechatCode(platform)
    return clientInfo.appId === undefined ? { code } : { code, appId: clientInfo.appId }
  }

  async function resetPassword(newPassword: string): Promise<void> {
    await client.call('POST /v1/auth/password-reset', { body: { ...(await getLoginCode()), newPassword } })
    // If it was this user's password, the server has ended this session too.
    if (store.session()) await reloadUser().catch(() => {})
  }

  return {
    state: store.state,
    subscribe: store.subscribe,
    on: store.on,
    start,
    resume: checkSessionKey,
    login: (choice) =>
      choice ? startSession('wechat', () => wechatLogin(loginContext, undefined, choice)) : login.run(),
    loginWithPhone: (phoneCode, choice) =>
      startSession('wechat', () => phoneLogin(loginContext, phoneCode, choice)),
    loginWithPassword: (credentials) =>
      startSession(credentials.bindsWechat ? 'wechat' : 'password', () =>
        passwordLogin(loginContext, credentials),
      ),
    requireLogin,
    logout,
    clear,
    clearAccount,
    loginMethod: () => store.session()?.loginMethod ?? null,
    request,
    load,
    callPublic: (key, input) => client.call(key, input as Parameters<typeof client.call<typeof key>>[1]),
    upload: (key, input) =>
      withFreshToken((session) =>
        sendWithToken(session, (accessToken) => client.upload(key, { ...input, accessToken })),
      ),
    reloadUser,
    updateUser,
    getLoginCode,
    resetPassword,
  }
}
