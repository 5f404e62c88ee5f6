import type { PhoneBody, PhoneResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { FindSession } from '../account/find-session.ts'
import { lockOwnUser } from '../account/lock-user.ts'
import type { MergeTickets } from '../account/merge-tickets.ts'
import type { Claims } from '../auth/access-tokens.ts'
import type { SessionKeys } from '../auth/session-keys.ts'
import { timed } from '../auth/timed.ts'
import type { WechatIdentity } from '../auth/wechat-identity.ts'
import { lockNames } from '../database/advisory-locks.ts'
import type { Database } from '../database/database.ts'
import type { PersonLimits } from '../limits/limits.ts'
import { ApiError } from '../problem.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { WechatClient } from '../wechat/client.ts'
import {
  decryptOpenData,
  type EncryptedData,
  readEncryptedData,
  refuseForeignOrStale,
} from '../wechat/open-data.ts'
import { readPhoneInfo } from '../wechat/phone-info.ts'
import { toPhoneNumber } from './phone-number.ts'
import { lockOfNumber, type Phones, PhoneTaken, removePhone } from './phones.ts'

/** The phone number of whoever is logged in. */
export type BindPhone = {
  /**
   * Binds what the phone button gave, in place of the number before.
   *
   * @throws ApiError `account_conflict` when the number is another account's, `phone_…`, `session_key_expired`,
   *   `open_data_invalid`, `invalid_request`, `wechat_…`, `rate_limited`, `session_revoked`, `account_banned`; then
   *   nothing was changed.
   */
  bind(claims: Claims, given: PhoneBody, origin: { ip: string; log: FastifyBaseLogger }): Promise<PhoneResult>
  /** @throws ApiError `session_revoked`, `account_banned`. */
  remove(claims: Claims, origin: { ip: string }): Promise<void>
}

export function createBindPhone({
  database: { transaction },
  apps,
  wechat,
  findSession,
  sessionKeys,
  phones,
  mergeTickets,
  limits,
}: {
  database: Database
  apps: WechatApps
  wechat: WechatClient
  findSession: FindSession
  sessionKeys: SessionKeys
  phones: Phones
  mergeTickets: MergeTickets
  limits: PersonLimits
}): BindPhone {
  /** A session that a password began cannot say whose code it has, nor of which mini program: the default is taken. */
  async function askWechat(identity: WechatIdentity | null, code: string, log: FastifyBaseLogger) {
    const app = identity ? apps.find(identity.appId) : apps.default
    const { result } = await timed(log, 'phone code exchanged', () =>
      wechat.getPhoneNumber(app, { code, openid: identity?.openid }),
    )
    return result
  }

  async function decrypt(identity: WechatIdentity | null, encrypted: EncryptedData) {
    const data = decryptOpenData(encrypted, await sessionKeys.current(identity))
    if (!identity || !data)
      throw new ApiError('session_key_expired', { detail: 'the stored session_key does not open the data' })
    refuseForeignOrStale(data, identity.appId)
    const phone = readPhoneInfo(data)
    if (!phone) throw new ApiError('open_data_invalid', { detail: 'the data have no phone number' })
    return phone
  }

  return {
    async bind(claims, given, { ip, log }) {
      const { sub: userId } = claims
      const proof = proofOf(given)
      const { identity } = await findSession(claims)
      await limits.phone(identity ?? { userId })
      const number = toPhoneNumber(
        'code' in proof ? await askWechat(identity, proof.code, log) : await decrypt(identity, proof),
      )
      try {
        await transaction(async (query) => {
          await lockNames(query, [lockOfNumber(number.full)])
          await lockOwnUser(query, userId)
          await phones.bind(query, userId, number, { ip, appId: identity?.appId })
        })
      } catch (error) {
        if (!(error instanceof PhoneTaken)) throw error
        throw await mergeTickets.conflict({
          userId,
          otherUserId: error.otherUserId,
          ...(identity ? { identity } : {}),
        })
      }
      return { phoneMasked: number.masked }
    },
    async remove({ sub: userId }, { ip }) {
      await transaction(async (query) => {
        await lockOwnUser(query, userId)
        await removePhone(query, userId, { ip })
      })
    },
  }
}

/** Newer phones give both; the code alone is bound to the person by WeChat itself. */
function proofOf({ code, encryptedData, iv }: PhoneBody): { code: string } | EncryptedData {
  if (code !== undefined) return { code }
  if (encryptedData !== undefined && iv !== undefined) return readEncryptedData({ encryptedData, iv })
  throw new ApiError('invalid_request', { detail: 'body must have code, or encryptedData and iv' })
}
