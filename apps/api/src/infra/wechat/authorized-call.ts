import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { WechatApp } from '../../config/wechat-apps.ts'
import { createAccessTokenCache, type FetchAccessToken } from './access-token.ts'
import type { WechatCallName } from './errcodes.ts'
import { isNonEmptyString, type WechatHttp, type WechatRequest } from './http.ts'
import { errcodeOf, wechatUnavailable } from './wechat-api-error.ts'

/** Calls WeChat with the access token of an app, and retries while WeChat is busy. Throws what `WechatHttp.call` throws. */
export type AuthorizedCall = (
  name: WechatCallName,
  app: WechatApp,
  request: WechatRequest,
) => Promise<Record<string, unknown>>

export function createAuthorizedCall(http: WechatHttp, log: FastifyBaseLogger): AuthorizedCall {
  /** Normal mode: WeChat gives the same token to every process. */
  const fetchAccessToken: FetchAccessToken = async ({ appId, secret }) => {
    const body = { grant_type: 'client_credential', appid: appId, secret, force_refresh: false }
    const { access_token: accessToken, expires_in: expiresInSeconds } = await retryBusy(() =>
      http.call('getStableAccessToken', { method: 'POST', path: '/cgi-bin/stable_token', body }),
    )
    if (!isNonEmptyString(accessToken) || typeof expiresInSeconds !== 'number')
      throw wechatUnavailable('the response has no access_token or no expires_in')
    return { accessToken, expiresInSeconds }
  }
  const withAccessToken = createAccessTokenCache(fetchAccessToken, log)

  return (name, app, request) =>
    withAccessToken(app, (accessToken) => {
      const query = { access_token: accessToken, ...request.query }
      return retryBusy(() => http.call(name, { ...request, query }))
    })
}

const retryDelaysMs = [100, 400]

/**
 * Retries a call twice while WeChat reports that it is busy (-1). Only for calls that may safely reach WeChat several
 * times: the exchange of a login code may not, since a code works once.
 */
async function retryBusy<Result>(call: () => Promise<Result>): Promise<Result> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await call()
    } catch (error) {
      if (errcodeOf(error) !== -1) throw error
    }
    // Jitter keeps concurrent retries from hitting the busy server at the same moment.
    await sleep(delayMs * (0.5 + Math.random()))
  }
  return call()
}
