import type { WechatApp } from '../../config/wechat-apps.ts'
import type { WechatHttp } from './http.ts'
import { isText } from './is-non-empty-string.ts'
import { unavailable } from './wechat-api-error.ts'

/** Who is behind a code of `wx.login`. */
export type WechatPerson = {
  /** Unique per person and AppID. */
  openid: string
  /** Unique per person and Open Platform account; `null` when the mini program is bound to none. */
  unionid: string | null
  /** Base64 of 16 bytes. A secret: it is never logged, returned or stored in plain. */
  sessionKey: string
}

export type LoginCodeCalls = {
  /**
   * Exchanges a code of `wx.login`. Needs no access token. Never retried: a code works once, and the first try may
   * have arrived.
   *
   * @throws ApiError `code_…` or `wechat_…`, see `errcodes.ts`.
   */
  exchangeCode(app: WechatApp, code: string): Promise<WechatPerson>
}

export function createLoginCodeCalls(http: WechatHttp): LoginCodeCalls {
  return {
    async exchangeCode({ appId, secret }, code) {
      const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' }
      const answer = await http.call('code2Session', { method: 'GET', path: '/sns/jscode2session', query })
      const { openid, session_key: sessionKey, unionid } = answer
      if (!isText(openid) || !isText(sessionKey))
        throw unavailable('the answer has no openid or no session_key')
      return { openid, sessionKey, unionid: isText(unionid) ? unionid : null }
    },
  }
}
