import type { WechatApp } from '../../config/wechat-apps.ts'
import { isNonEmptyString, type WechatHttp } from './http.ts'
import { wechatUnavailable } from './wechat-api-error.ts'

/** The WeChat user behind a code of `wx.login`. */
export type Code2SessionResult = {
  /** Unique per WeChat user and AppID. */
  openid: string
  /** Unique per WeChat user and Open Platform account; `null` when the mini program is bound to none. */
  unionid: string | null
  /** Base64 of 16 bytes. A secret: it is never logged, returned or stored in plain. */
  sessionKey: string
}

export type LoginCodeCalls = {
  /**
   * Exchanges a code of `wx.login`. Needs no access token. Never retried: a code works once, and the first attempt may
   * have arrived.
   *
   * @throws ApiError see `errcodes.ts`.
   */
  exchangeCode(app: WechatApp, code: string): Promise<Code2SessionResult>
}

export function createLoginCodeCalls(http: WechatHttp): LoginCodeCalls {
  return {
    async exchangeCode({ appId, secret }, code) {
      const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' }
      const response = await http.call('code2Session', { method: 'GET', path: '/sns/jscode2session', query })
      const { openid, session_key: sessionKey, unionid } = response
      if (!isNonEmptyString(openid) || !isNonEmptyString(sessionKey))
        throw wechatUnavailable('the response has no openid or no session_key')
      return { openid, sessionKey, unionid: isNonEmptyString(unionid) ? unionid : null }
    },
  }
}
