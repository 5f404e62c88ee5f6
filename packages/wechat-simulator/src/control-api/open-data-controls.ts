import { randomBytes } from 'node:crypto'
import { encryptOpenData, openDataSignature, phoneData, profileData } from '../domain/open-data.ts'
import { type Watermark, watermarkOf } from '../domain/watermark.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import { type Body, countOf, fail, flagOf, type Operations, optional, textOf } from './body.ts'
import { appOf, userOf } from './params.ts'

/** The data that a phone receives encrypted under the current session_key. */
export function createOpenDataControls({ state }: { state: WechatState }) {
  return {
    'POST /__simulator/encrypted-phone': (body) =>
      encryptOpenData(phoneData(userOf(state, body), watermarkIn(body)), sessionKeyOf(body), randomBytes(16)),

    'POST /__simulator/wechat-profile': (body) => {
      const anonymous = optional(body, 'anonymous', flagOf) ?? true
      const owner = { state, app: appOf(state, body), user: userOf(state, body), anonymous }
      const sessionKey = sessionKeyOf(body)
      const { rawData, plainText } = profileData(owner, watermarkIn(body))
      const signature = openDataSignature(rawData, sessionKey)
      return { rawData, signature, ...encryptOpenData(plainText, sessionKey, randomBytes(16)) }
    },
  } satisfies Operations

  function sessionKeyOf(body: Body): string {
    const app = appOf(state, body)
    const user = userOf(state, body)
    const sessionKey = state.sessionKeyOf(app.appId, state.openidOf(app, user))
    return sessionKey ?? fail(409, `${user.id} has no valid session_key in ${app.appId}: log in first`)
  }

  /** The app and the current time, unless the test sets another app or time. */
  function watermarkIn(body: Body): Watermark {
    const { appid, timestamp } = watermarkOf(appOf(state, body).appId, state.now())
    return {
      timestamp: optional(body, 'watermarkTimestamp', countOf) ?? timestamp,
      appid: optional(body, 'watermarkAppId', textOf) ?? appid,
    }
  }
}
