import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../../config/wechat-apps.ts'
import { errcodeOf } from './wechat-api-error.ts'

/**
 * Runs a call to WeChat with the app's access token. When WeChat rejects the token, the call runs once more with a new
 * one. Waits for a token at most as long as one call to WeChat may take, and twice that for the second run.
 */
export type WithAccessToken = <Result>(
  app: WechatApp,
  call: (accessToken: string) => Promise<Result>,
) => Promise<Result>

/** Asks WeChat for the access token of an app and its remaining lifetime. */
export type FetchAccessToken = (app: WechatApp) => Promise<{ accessToken: string; expiresInSeconds: number }>

type CachedToken = { accessToken: string; renewAt: number; expiresAt: number }

/** WeChat issues the next token 300 seconds before the current one expires; until then both work. */
const renewBeforeExpirySeconds = 300
/** If WeChat grants a shorter lifetime, the token is still renewed once a minute at most, not on every call. */
const minimumRenewalSeconds = 60

/** "invalid credential", "invalid access_token", "access_token expired" */
const tokenErrcodes = new Set<number | undefined>([40001, 40014, 42001])

/**
 * Caches one access token per app, fetched on first use. Callers share a fetch in flight, and a token near expiry is
 * still used while its successor is fetched. In WeChat's normal mode all processes get the same token.
 */
export function createAccessTokenCache(
  fetchAccessToken: FetchAccessToken,
  log: FastifyBaseLogger,
): WithAccessToken {
  const cached = new Map<string, CachedToken>()
  const inFlight = new Map<string, Promise<string>>()

  async function getToken(app: WechatApp): Promise<string> {
    const token = cached.get(app.appId)
    const now = Date.now()
    if (!token || now >= token.expiresAt) return fetchOnce(app)
    if (now >= token.renewAt) {
      fetchOnce(app).catch((error: unknown) => {
        log.warn({ err: error, appId: app.appId }, "failed to renew WeChat's access token")
      })
    }
    return token.accessToken
  }

  function fetchOnce(app: WechatApp): Promise<string> {
    const fetching = inFlight.get(app.appId) ?? fetchAndCache(app).finally(() => inFlight.delete(app.appId))
    inFlight.set(app.appId, fetching)
    return fetching
  }

  async function fetchAndCache(app: WechatApp): Promise<string> {
    const requestedAt = Date.now()
    const { accessToken, expiresInSeconds } = await fetchAccessToken(app)
    const renewInSeconds = Math.max(expiresInSeconds - renewBeforeExpirySeconds, minimumRenewalSeconds)
    cached.set(app.appId, {
      accessToken,
      renewAt: requestedAt + renewInSeconds * 1000,
      expiresAt: requestedAt + expiresInSeconds * 1000,
    })
    return accessToken
  }

  /** Only the rejected token: another call may have fetched a newer one since. */
  function invalidate({ appId }: WechatApp, accessToken: string): void {
    if (cached.get(appId)?.accessToken === accessToken) cached.delete(appId)
  }

  return async (app, call) => {
    const accessToken = await getToken(app)
    try {
      return await call(accessToken)
    } catch (error) {
      if (!tokenErrcodes.has(errcodeOf(error))) throw error
      invalidate(app, accessToken)
      return call(await getToken(app))
    }
  }
}
