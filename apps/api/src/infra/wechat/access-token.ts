import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../../config/wechat-apps.ts'
import { errcodeOf } from './wechat-api-error.ts'

/**
 * Runs a call to WeChat that needs the app's access token. When WeChat refuses the token, the call is repeated once,
 * with a new one. Waits for a token at most as long as one call to WeChat may take, and twice that for a repetition.
 *
 * @throws ApiError what fetching the token or the call itself throws.
 */
export type WithAccessToken = <Result>(
  app: WechatApp,
  call: (accessToken: string) => Promise<Result>,
) => Promise<Result>

/** WeChat's answer to who asks for a token: a token, and how long it will live. */
export type FetchAccessToken = (app: WechatApp) => Promise<{ accessToken: string; expiresInSeconds: number }>

type CachedToken = { accessToken: string; renewAt: number; endsAt: number }

/** 300 seconds before the end of a token WeChat gives out its successor; until that end both work. */
const renewalBeforeEndSeconds = 300
/** Should WeChat name a shorter life than that, it is asked once a minute all the same, not for every call. */
const minimumRenewalSeconds = 60

/** "invalid credential", "invalid access_token", "access_token expired" */
const tokenRefusals = new Set<number | undefined>([40001, 40014, 42001])

/**
 * Keeps one access token per app. Nothing is fetched before something needs it. A token near its end is still used
 * while its successor is fetched in the background, and whoever comes during a fetch shares it. In WeChat's normal
 * mode all processes get the same token, so none of them takes it away from another.
 */
export function createAccessTokenCache(
  fetchAccessToken: FetchAccessToken,
  log: FastifyBaseLogger,
): WithAccessToken {
  const cached = new Map<string, CachedToken>()
  const underWay = new Map<string, Promise<string>>()

  async function current(app: WechatApp): Promise<string> {
    const token = cached.get(app.appId)
    const now = Date.now()
    if (!token || now >= token.endsAt) return fetchOnce(app)
    if (now >= token.renewAt) {
      fetchOnce(app).catch((error: unknown) => {
        log.warn({ err: error, appId: app.appId }, "the renewal of WeChat's access token failed")
      })
    }
    return token.accessToken
  }

  function fetchOnce(app: WechatApp): Promise<string> {
    const fetching = underWay.get(app.appId) ?? fetchAndKeep(app).finally(() => underWay.delete(app.appId))
    underWay.set(app.appId, fetching)
    return fetching
  }

  async function fetchAndKeep(app: WechatApp): Promise<string> {
    const askedAt = Date.now()
    const { accessToken, expiresInSeconds } = await fetchAccessToken(app)
    const renewInSeconds = Math.max(expiresInSeconds - renewalBeforeEndSeconds, minimumRenewalSeconds)
    cached.set(app.appId, {
      accessToken,
      renewAt: askedAt + renewInSeconds * 1000,
      endsAt: askedAt + expiresInSeconds * 1000,
    })
    return accessToken
  }

  /** Only the token that was refused: another call may have fetched a better one since. */
  function forget({ appId }: WechatApp, accessToken: string): void {
    if (cached.get(appId)?.accessToken === accessToken) cached.delete(appId)
  }

  return async (app, call) => {
    const accessToken = await current(app)
    try {
      return await call(accessToken)
    } catch (error) {
      if (!tokenRefusals.has(errcodeOf(error))) throw error
      forget(app, accessToken)
      return call(await current(app))
    }
  }
}
