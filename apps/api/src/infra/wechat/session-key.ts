import { createHmac } from 'node:crypto'
import type { WechatApp } from '../../config/wechat-apps.ts'
import type { AuthorizedCall } from './authorized-call.ts'
import type { WechatCallName } from './errcodes.ts'
import { isNonEmptyString } from './http.ts'
import { errcodeOf, wechatUnavailable } from './wechat-api-error.ts'

/** A WeChat user and the session_key that we store for them. */
export type StoredSessionKey = { openid: string; sessionKey: string }

export type SessionKeyCalls = {
  /**
   * Whether a session_key is the user's currently valid one.
   *
   * @throws ApiError see `errcodes.ts`.
   */
  checkSessionKey(app: WechatApp, stored: StoredSessionKey): Promise<boolean>
  /**
   * Has WeChat issue a new session_key, which invalidates the old one at once. `null` when the old one was not the valid
   * one any more: then there is nothing to reset.
   *
   * @throws ApiError see `errcodes.ts`.
   */
  resetSessionKey(app: WechatApp, stored: StoredSessionKey): Promise<string | null>
}

/** "session_key is not existd or expired" */
const noSessionKey = 87007
/** "invalid signature": the session_key that signed is not the valid one. */
const invalidSignature = 87009

export function createSessionKeyCalls(authorizedCall: AuthorizedCall): SessionKeyCalls {
  /** The signature proves which session_key we have. */
  function callSigned(
    name: WechatCallName,
    path: string,
    app: WechatApp,
    { openid, sessionKey }: StoredSessionKey,
  ): Promise<Record<string, unknown>> {
    // WeChat uses the base64 text as the key, not the bytes that it encodes.
    const signature = createHmac('sha256', sessionKey).update('').digest('hex')
    return authorizedCall(name, app, {
      method: 'GET',
      path,
      query: { openid, signature, sig_method: 'hmac_sha256' },
    })
  }

  return {
    async checkSessionKey(app, stored) {
      try {
        await callSigned('checkSessionKey', '/wxa/checksession', app, stored)
        return true
      } catch (error) {
        if (errcodeOf(error) === invalidSignature) return false
        throw error
      }
    },

    async resetSessionKey(app, stored) {
      try {
        const response = await callSigned('resetUserSessionKey', '/wxa/resetusersessionkey', app, stored)
        if (!isNonEmptyString(response.session_key))
          throw wechatUnavailable('the response has no session_key')
        return response.session_key
      } catch (error) {
        const errcode = errcodeOf(error)
        if (errcode === invalidSignature || errcode === noSessionKey) return null
        throw error
      }
    },
  }
}
