import type { DataPractices, ErrorCode, LoginBody, LoginResult, Me, RefreshResult, User } from '@repo/shared'
import { ApiError } from '../../src/session/errors.ts'
import type { ApiClient, ClientEndpointKey, UploadKey } from '../../src/session/http-client.ts'

export const accessTokenLifeMs = 10 * 60_000

/** The server answers session requests by default; a test prepares other responses. */
type UsedKey = ClientEndpointKey | UploadKey
type Options = {
  body?: unknown
  params?: unknown
  filePath?: string
  accessToken?: string
  onProgress?: unknown
}
type Answer = (options: Options) => unknown
type ServerSession = { user: User; accessToken: string; refreshToken: string; expiresAtMs: number }

/** A user as the API would send it. */
export const userOf = (id: string, changes: Partial<User> = {}): User => ({
  id,
  nickname: null,
  avatarUrl: null,
  pendingNickname: null,
  avatarPending: false,
  gender: null,
  birthday: null,
  phoneMasked: null,
  username: null,
  role: 'user',
  level: 0,
  levelDescription: '普通用户',
  status: 'active',
  registeredAt: '2026-01-02T03:04:05.000Z',
  lastLoginAt: '2026-11-20T08:00:00.000Z',
  ...changes,
})

/** As `GET /v1/me` returns it. */
export const meOf = (user: User, changes: Partial<Me> = {}): Me => ({
  inviter: null,
  invitedCount: 0,
  hasWechat: true,
  consent: null,
  ...user,
  ...changes,
})

/** As a server with the default configuration returns them. */
export const dataPractices: DataPractices = {
  networkLogDays: 200,
  sealedLogs: true,
  sealedLogDays: 184,
  minimumAge: 14,
  sharedApps: null,
  contentModeration: ['nickname', 'avatar'],
  contentReview: 'reject',
  contentVerdictDays: 184,
  requiresVerifiedPhone: false,
  consentRetentionDays: 1095,
  failedLoginDays: 7,
}

/** The API as the session sees it: tokens expire, rotate and are revoked by `Date.now()`. Tests fail or hold responses. */
export function createFakeServer() {
  const sessions = new Set<ServerSession>()
  const nextAnswers = new Map<UsedKey, Answer[]>()
  const calls: { key: UsedKey; options: Options }[] = []
  let issued = 0

  function issue(user: User): RefreshResult {
    issued += 1
    const now = Date.now()
    const session = {
      user,
      accessToken: `access-${issued}`,
      refreshToken: `refresh-${issued}`,
      expiresAtMs: now + accessTokenLifeMs,
    }
    sessions.add(session)
    return {
      accessToken: session.accessToken,
      accessTokenExpiresAt: new Date(session.expiresAtMs).toISOString(),
      refreshToken: session.refreshToken,
      refreshTokenExpiresAt: new Date(now + 30 * 24 * 3600_000).toISOString(),
      serverTime: new Date(now).toISOString(),
      user,
    }
  }

  function authenticated(options: Options): ServerSession {
    const session = [...sessions].find(({ accessToken }) => accessToken === options.accessToken)
    if (!session) throw apiError('access_token_invalid', 401)
    if (session.expiresAtMs <= Date.now()) throw apiError('access_token_expired', 401)
    return session
  }

  const answers: Partial<Record<UsedKey, Answer>> = {
    'POST /v1/auth/login'(options): LoginResult {
      const { code, expectedUserId } = options.body as LoginBody
      const id = code.replace(/^code-of-(.*)-\d+$/, '$1')
      if (expectedUserId !== undefined && expectedUserId !== id) throw apiError('different_account', 409)
      return { ...issue(userOf(id)), isNewUser: false, deviceToken: `device-of-${id}` }
    },
    'POST /v1/auth/refresh'(options) {
      const { refreshToken } = options.body as { refreshToken: string }
      const session = [...sessions].find((candidate) => candidate.refreshToken === refreshToken)
      if (!session) throw apiError('refresh_token_invalid', 401)
      sessions.delete(session)
      return issue(session.user)
    },
    'POST /v1/auth/logout'(options) {
      sessions.delete(authenticated(options))
    },
    'GET /v1/data-practices': () => dataPractices,
    'GET /v1/me': (options) => meOf(authenticated(options).user),
    'PUT /v1/me/wechat-session'(options) {
      authenticated(options)
    },
  }

  function answerOf(key: UsedKey): Answer {
    const answer = nextAnswers.get(key)?.shift() ?? answers[key]
    if (!answer) throw new Error(`no answer was prepared for ${key}`)
    return answer
  }

  /** Responds asynchronously, as over a network. */
  async function take(key: UsedKey, options: Options) {
    calls.push({ key, options })
    await Promise.resolve()
    return answerOf(key)(options) as never
  }
  const client: ApiClient = { call: take, upload: take }

  function respondNext(key: UsedKey, ...nexts: Answer[]): void {
    nextAnswers.set(key, [...(nextAnswers.get(key) ?? []), ...nexts])
  }

  return {
    client,
    issue,
    calls,
    /** The number of requests to an endpoint. */
    count: (key: UsedKey) => calls.filter((call) => call.key === key).length,
    lastBody: (key: UsedKey) => calls.findLast((call) => call.key === key)?.options.body,
    /** The body, path parameters and file of the latest request. */
    lastOptions: (key: UsedKey) => calls.findLast((call) => call.key === key)?.options,
    total: () => calls.length,
    /** Without `GET /v1/me`, which pages load by themselves. */
    asked: () => calls.filter(({ key }) => key !== 'GET /v1/me' && key !== 'GET /v1/data-practices').length,
    respondNext,
    /** The next answers to `key` are this error. */
    failNext(key: UsedKey, error: Error, times = 1): void {
      respondNext(key, ...Array.from({ length: times }, () => () => Promise.reject(error)))
    },
    /** The next answer to `key` waits until the returned function is called. */
    holdNext(key: UsedKey): () => void {
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      respondNext(key, async (options) => {
        await released
        return answerOf(key)(options)
      })
      return () => release()
    },
    /** The next answer to `key` is made at once, and arrives when the returned function is called. */
    holdResponse(key: UsedKey): () => void {
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      const answer = answerOf(key)
      respondNext(key, async (options) => {
        const made = await answer(options)
        await released
        return made
      })
      return () => release()
    },
    /** Rejects all current tokens from now on. */
    revokeSessions: () => sessions.clear(),
    /** The same tokens, issued at this moment. */
    renewed(answer: RefreshResult): Partial<RefreshResult> {
      for (const session of sessions)
        if (session.refreshToken === answer.refreshToken) session.expiresAtMs = Date.now() + accessTokenLifeMs
      return {
        accessTokenExpiresAt: new Date(Date.now() + accessTokenLifeMs).toISOString(),
        serverTime: new Date().toISOString(),
      }
    },
    /** Rejects all current access tokens from now on. */
    invalidateAccessTokens(): void {
      for (const session of sessions) session.accessToken = 'forgotten'
    },
    hasAccessToken: (token: string) => [...sessions].some(({ accessToken }) => accessToken === token),
    sessionCount: () => sessions.size,
  }
}

/** An error response of the API. */
export const apiError = (code: ErrorCode, status: number): ApiError => new ApiError(code, { status })

/** Transient errors, which must never log a user out. */
export const transientErrors: ApiError[] = [
  new ApiError('network_unreachable'),
  new ApiError('request_timeout'),
  new ApiError('request_interrupted'),
  new ApiError('too_many_requests', { status: 429, retryAfterSeconds: 5 }),
  new ApiError('server_unavailable', { status: 502 }),
  new ApiError('unexpected_response', { status: 403 }),
  apiError('internal_error', 500),
  apiError('wechat_rate_limited', 429),
  apiError('wechat_misconfigured', 502),
  apiError('database_unavailable', 503),
  apiError('shutting_down', 503),
  apiError('wechat_busy', 503),
  apiError('wechat_unavailable', 503),
]
