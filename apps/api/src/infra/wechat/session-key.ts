import { createHmac } from 'node:crypto'
import type { WechatApp } from '../../config/wechat-apps.ts'
import type { CallWithToken } from './authorized-call.ts'
import type { WechatCallName } from './http.ts'
import { isText } from './is-non-empty-string.ts'
import { errcodeOf, unavailable } from './wechat-api-error.ts'

/** A person and the session_key that we have of them. */
export type SessionKeyOwner = { openid: string; sessionKey: string }

export type SessionKeyCalls = {
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
}

/** "session_key is not existd or expired" */
const noSessionKey = 87007
/** "invalid signature": the session_key that signed is not, or no longer, the valid one. */
const invalidSignature = 87009

export function createSessionKeyCalls(callWithToken: CallWithToken): SessionKeyCalls {
  /** A call that proves with a signature which session_key we have. */
  function callSigned(
    name: WechatCallName,
    path: string,
    app: WechatApp,
    { openid, sessionKey }: SessionKeyOwner,
  ): Promise<Record<string, unknown>> {
    // WeChat takes the base64 text for the key, not the bytes that it stands for.
    const signature = createHmac('sha256', sessionKey).update('').digest('hex')
    return callWithToken(name, app, {
      method: 'GET',
      path,
      query: { openid, signature, sig_method: 'hmac_sha256' },
    })
  }

  return {
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
  }
}
