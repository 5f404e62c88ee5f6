import { setTimeout as sleep } from 'node:timers/promises'
import type { WechatProfileBody } from '@repo/shared'
import {
  type EncryptedData,
  type OpenDataContext,
  openPhoneData,
  openProfile,
  type RawProfile,
} from '../../infra/wechat/open-data.ts'
import type { WechatPhone } from '../../infra/wechat/phone-info.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { UserRateLimits } from '../rate-limits.ts'
import type { SessionKeys } from './session-keys.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/** The user whose session_key decrypts the data; without a WeChat identity there is no session_key. */
type Caller = { userId: string; identity: WechatIdentity | null }

/**
 * Opens data that WeChat signed or encrypted for the caller. Each method resolves with a function that opens the data under
 * the current session_key: the exchange of a code before that call may make WeChat replace the key.
 *
 * @throws ApiError `session_key_expired` for every mismatch, so that an attacker learns nothing; logging in and tapping
 *   again helps when WeChat has replaced the session_key. `rate_limited` after a few failures.
 */
export type OpenData = {
  phone(caller: Caller, encrypted: EncryptedData): Promise<() => Promise<WechatPhone>>
  profile(caller: Caller, body: WechatProfileBody): Promise<() => Promise<RawProfile>>
}

/** Every failure takes this long, far longer than the work itself. */
const failureMs = 100

export function createOpenData({
  sessionKeys,
  limits,
}: {
  sessionKeys: SessionKeys
  limits: Pick<UserRateLimits, 'openData'>
}): OpenData {
  async function prepare<Data>(
    { userId, identity }: Caller,
    read: (context: OpenDataContext) => Data | null,
  ): Promise<() => Promise<Data>> {
    const sessionKey = await sessionKeys.getValidKey(identity)

    return async () => {
      const attempt = await limits.openData(userId)
      const respondAt = performance.now() + failureMs
      const data = identity && sessionKey !== null ? read({ ...identity, sessionKey }) : null
      if (data === null) {
        await sleep(respondAt - performance.now())
        throw new ApiError('session_key_expired')
      }
      await attempt.undo()
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
