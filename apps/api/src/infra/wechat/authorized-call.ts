import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../../config/wechat-apps.ts'
import { createAccessTokenCache, type FetchAccessToken } from './access-token.ts'
import type { WechatCallName, WechatHttp, WechatRequest } from './http.ts'
import { isText } from './is-non-empty-string.ts'
import { retryBusy } from './retry-busy.ts'
import { unavailable } from './wechat-api-error.ts'

/** A call that needs the access token of an app, repeated while WeChat is busy. @throws ApiError as `WechatHttp`. */
export type CallWithToken = (
  name: WechatCallName,
  app: WechatApp,
  request: WechatRequest,
) => Promise<Record<string, unknown>>

export function createCallWithToken(http: WechatHttp, log: FastifyBaseLogger): CallWithToken {
  /** Normal mode: WeChat gives the same token to every process that asks. */
  const fetchAccessToken: FetchAccessToken = async ({ appId, secret }) => {
    const body = { grant_type: 'client_credential', appid: appId, secret, force_refresh: false }
    const { access_token: accessToken, expires_in: expiresInSeconds } = await retryBusy(() =>
      http.call('getStableAccessToken', { method: 'POST', path: '/cgi-bin/stable_token', body }),
    )
    if (!isText(accessToken) || typeof expiresInSeconds !== 'number')
      throw unavailable('the answer has no access_token or no expires_in')
    return { accessToken, expiresInSeconds }
  }
  const withAccessToken = createAccessTokenCache(fetchAccessToken, log)

  return (name, app, request) =>
    withAccessToken(app, (accessToken) => {
      const query = { access_token: accessToken, ...request.query }
      return retryBusy(() => http.call(name, { ...request, query }))
    })
}
