import { createHmac } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import type { WechatApp } from '../configuration/values.ts'
import { ApiError } from '../problem.ts'
import { createAccessTokenCache, type FetchAccessToken } from './access-token.ts'
import { errcodeOf, unavailable } from './failure.ts'
import { createWechatHttp, type WechatCall, type WechatCallName } from './http.ts'
import { readPhoneInfo, type WechatPhone } from './phone-info.ts'
import { retryBusy } from './retry-busy.ts'
import { readWatermark } from './watermark.ts'

/** Who is behind a code of `wx.login`. */
export type WechatPerson = {
  /** Unique per person and AppID. */
  openid: string
  /** Unique per person and Open Platform account; `null` when the mini program is bound to none. */
  unionid: string | null
  /** Base64 of 16 bytes. A secret: it is never logged, returned or stored in plain. */
  sessionKey: string
}

/** A person and the session_key that we have of them. */
export type SessionKeyOwner = { openid: string; sessionKey: string }

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
  checkSessionKey(app: WechatApp, person: SessionKeyOwner): Promise<boolean>
  /**
   * Has WeChat make a new session_key; the old one is dead at once. `null` when the old one is not, or no longer, the
   * valid one: then there is nothing to reset.
   *
   * @throws ApiError `wechat_…`, see `errcodes.ts`.
   */
  resetSessionKey(app: WechatApp, person: SessionKeyOwner): Promise<string | null>
  /**
   * Exchanges a code of the phone button. Repeated only after an answer that says that WeChat is busy (-1): pressing the
   * button is what costs money, and should the code be spent all the same, the repetition finds that out.
   *
   * @param grant `openid`: whose code it has to be; `undefined` where nobody knows.
   * @throws ApiError `phone_…`, `wechat_…`, see `errcodes.ts`.
   */
  getPhoneNumber(app: WechatApp, grant: { code: string; openid: string | undefined }): Promise<WechatPhone>
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

  /** A call that proves with a signature which session_key we have. */
  function callSigned(
    name: WechatCallName,
    path: string,
    app: WechatApp,
    { openid, sessionKey }: SessionKeyOwner,
  ): Promise<Record<string, unknown>> {
    // WeChat takes the base64 text for the key, not the bytes that it stands for.
    const signature = createHmac('sha256', sessionKey).update('').digest('hex')
    return withAccessToken(app, (accessToken) => {
      const query = { access_token: accessToken, openid, signature, sig_method: 'hmac_sha256' }
      return retryBusy(() => http.call(name, { method: 'GET', path, query }))
    })
  }

  return {
    async exchangeCode({ appId, secret }, code) {
      const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' }
      const answer = await http.call('code2Session', { method: 'GET', path: '/sns/jscode2session', query })
      const { openid, session_key: sessionKey, unionid } = answer
      if (!isText(openid) || !isText(sessionKey))
        throw unavailable('the answer has no openid or no session_key')
      return { openid, sessionKey, unionid: isText(unionid) ? unionid : null }
    },

    async checkSessionKey(app, person) {
      try {
        await callSigned('checkSessionKey', '/wxa/checksession', app, person)
        return true
      } catch (error) {
        if (errcodeOf(error) === invalidSignature) return false
        throw error
      }
    },

    async resetSessionKey(app, person) {
      try {
        const answer = await callSigned('resetUserSessionKey', '/wxa/resetusersessionkey', app, person)
        if (!isText(answer.session_key)) throw unavailable('the answer has no session_key')
        return answer.session_key
      } catch (error) {
        const errcode = errcodeOf(error)
        if (errcode === invalidSignature || errcode === noSessionKey) return null
        throw error
      }
    },

    async getPhoneNumber(app, { code, openid }) {
      const { phone_info: info } = await withAccessToken(app, (accessToken) =>
        retryBusy(() =>
          http.call('getPhoneNumber', {
            method: 'POST',
            path: '/wxa/business/getuserphonenumber',
            query: { access_token: accessToken },
            body: { code, openid },
          }),
        ),
      )
      const phone = readPhoneInfo(info)
      const watermark = readWatermark(info)
      if (!phone || !watermark) throw unavailable('the answer has no phone number or no watermark')
      if (watermark.appId !== app.appId)
        throw new ApiError('phone_code_invalid', { detail: 'the code belongs to another mini program' })
      return phone
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

/** "session_key is not existd or expired" */
const noSessionKey = 87007
/** "invalid signature": the session_key that signed is not, or no longer, the valid one. */
const invalidSignature = 87009

/** What people show of themselves. */
const profileScene = 1
const pictureMedia = 2

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
