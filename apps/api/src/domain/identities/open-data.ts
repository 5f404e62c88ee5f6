import { setTimeout as sleep } from 'node:timers/promises'
import type { WechatProfileBody } from '@repo/shared'
import type { PersonLimits } from '../../http/rate-limit.ts'
import {
  type EncryptedData,
  type OpenDataContext,
  openPhoneData,
  openProfile,
  type RawProfile,
} from '../../infra/wechat/open-data.ts'
import type { WechatPhone } from '../../infra/wechat/phone-info.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { SessionKeys } from './session-keys.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/** The user whose session_key has to open the data; a user without a WeChat identity has no session_key. */
type Caller = { userId: string; identity: WechatIdentity | null }

/**
 * What WeChat signed or encrypted for the user who is logged in. Each first resolves with the function that opens it, under
 * the session_key of now: a code of `wx.login` that is exchanged in between may have WeChat replace that.
 *
 * @throws ApiError `session_key_expired`, when it is opened, for whatever does not fit, without saying what: another login
 *   and one more tap help where WeChat has replaced the session_key, and a forger learns nothing; then also `rate_limited`
 *   after a few failures; `wechat_…` where an old session_key could not be checked.
 */
export type OpenData = {
  phone(caller: Caller, encrypted: EncryptedData): Promise<() => Promise<WechatPhone>>
  profile(caller: Caller, body: WechatProfileBody): Promise<() => Promise<RawProfile>>
}

/** Far longer than the work takes: every failure lasts as long. */
const failureMs = 100

export function createOpenData({
  sessionKeys,
  limits,
}: {
  sessionKeys: SessionKeys
  limits: Pick<PersonLimits, 'openData'>
}): OpenData {
  async function prepare<Data>(
    { userId, identity }: Caller,
    read: (context: OpenDataContext) => Data | null,
  ): Promise<() => Promise<Data>> {
    const sessionKey = await sessionKeys.current(identity)

    return async () => {
      const attempt = await limits.openData(userId)
      const answersAt = performance.now() + failureMs
      const data = identity && sessionKey !== null ? read({ ...identity, sessionKey }) : null
      if (data === null) {
        await sleep(answersAt - performance.now())
        throw new ApiError('session_key_expired')
      }
      await attempt.takeBack()
      return data
    }
  }

  return {
    phone: (caller, encrypted) => prepare(caller, (context) => openPhoneData(encrypted, context)),
    async profile(caller, { rawData, signature, encryptedData, iv }) {
      if ((encryptedData === undefined) !== (iv === undefined))
        throw new ApiError('invalid_request', {
          detail: 'body must have both encryptedData and iv, or neither',
        })
      const encrypted = encryptedData === undefined || iv === undefined ? null : { encryptedData, iv }
      return prepare(caller, (context) => openProfile({ rawData, signature, encrypted }, context))
    },
  }
}
