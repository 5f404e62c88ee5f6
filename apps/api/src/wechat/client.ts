import { createHmac } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import type { WechatApp } from '../configuration/values.ts'
import { createAccessTokenCache, type FetchAccessToken } from './access-token.ts'
import { errcodeOf, unavailable } from './failure.ts'
import { createWechatHttp, type WechatCall } from './http.ts'
import { retryBusy } from './retry-busy.ts'

/** Who is behind a code of `wx.login`. */
export type WechatPerson = {
  /** Unique per person and AppID. */
  openid: string
  /** Unique per person and Open Platform account; `null` when the mini program is bound to none. */
  unionid: string | null
  /** Base64 of 16 bytes. A secret: it is never logged, returned or stored in plain. */
  sessionKey: string
}

/** What WeChat thinks of a text or a picture: fine, harmful, or for a human to look at. */
export type Suggest = 'pass' | 'risky' | 'review'
const suggestions: readonly unknown[] = ['pass', 'risky', 'review'] satisfies Suggest[]

export type WechatClient = {
  /**
   * Exchanges a code of `wx.login`. Needs no access token. Never retried: a code works once, and the first try may
   * have arrived.
   *
   * @throws ApiError `code_…` or `wechat_…`, see `errcodes.ts`.
   */
  exchangeCode(app: WechatApp, code: string): Promise<WechatPerson>
  /**
   * Whether a session_key is the one that is valid for a person now.
   *
   * @throws ApiError `wechat_…`, see `errcodes.ts`.
   */
  checkSessionKey(app: WechatApp, person: { openid: string; sessionKey: string }): Promise<boolean>
  /**
   * What WeChat thinks of a text that a person wrote about themselves.
   *
   * @throws ApiError `wechat_…`, see `errcodes.ts`; with errcode 61010 when the person has not opened the mini program
   *   for two hours.
   */
  checkText(app: WechatApp, content: { openid: string; text: string }): Promise<Suggest>
  /**
   * Lets WeChat look at a picture that it can download; its verdict comes later, by message push.
   *
   * @returns the trace_id that the verdict will carry.
   * @throws ApiError as `checkText`.
   */
  checkPicture(app: WechatApp, content: { openid: string; url: string }): Promise<string>
  close(): Promise<void>
}

/** The one implementation: WeChat over HTTP. Development points `apiUrl` at the simulator, and nothing else differs. */
export function createWechatClient(
  config: Omit<Config['wechat'], 'apps'>,
  { log, onCallEnd = () => {} }: { log: FastifyBaseLogger; onCallEnd?: (call: WechatCall) => void },
): WechatClient {
  const http = createWechatHttp(config, { log, onCallEnd })

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

  return {
    async exchangeCode({ appId, secret }, code) {
      const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' }
      const answer = await http.call('code2Session', { method: 'GET', path: '/sns/jscode2session', query })
      const { openid, session_key: sessionKey, unionid } = answer
      if (!isText(openid) || !isText(sessionKey))
        throw unavailable('the answer has no openid or no session_key')
      return { openid, sessionKey, unionid: isText(unionid) ? unionid : null }
    },

    async checkSessionKey(app, { openid, sessionKey }) {
      // WeChat takes the base64 text for the key, not the bytes that it stands for.
      const signature = createHmac('sha256', sessionKey).update('').digest('hex')
      const check = (accessToken: string) => {
        const query = { access_token: accessToken, openid, signature, sig_method: 'hmac_sha256' }
        return retryBusy(() =>
          http.call('checkSessionKey', { method: 'GET', path: '/wxa/checksession', query }),
        )
      }
      try {
        await withAccessToken(app, check)
        return true
      } catch (error) {
        if (errcodeOf(error) === invalidSignature) return false
        throw error
      }
    },

    async checkText(app, { openid, text }) {
      const body = { openid, scene: profileScene, version: 2, content: text }
      const { result } = await withAccessToken(app, (accessToken) =>
        retryBusy(() =>
          http.call('msgSecCheck', {
            method: 'POST',
            path: '/wxa/msg_sec_check',
            query: { access_token: accessToken },
            body,
          }),
        ),
      )
      const { suggest } = (result ?? {}) as { suggest?: unknown }
      if (!suggestions.includes(suggest)) throw unavailable('the answer has no verdict that is known')
      return suggest as Suggest
    },

    async checkPicture(app, { openid, url }) {
      const body = { openid, scene: profileScene, version: 2, media_type: pictureMedia, media_url: url }
      const { trace_id: traceId } = await withAccessToken(app, (accessToken) =>
        retryBusy(() =>
          http.call('mediaCheckAsync', {
            method: 'POST',
            path: '/wxa/media_check_async',
            query: { access_token: accessToken },
            body,
          }),
        ),
      )
      if (!isText(traceId)) throw unavailable('the answer has no trace_id')
      return traceId
    },

    close: () => http.close(),
  }
}

/** "invalid signature": the session_key that signed is not, or no longer, the valid one. */
const invalidSignature = 87009

/** What people show of themselves. */
const profileScene = 1
const pictureMedia = 2

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
