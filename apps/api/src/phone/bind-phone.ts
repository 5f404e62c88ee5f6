import type { PhoneBody, Proof, RefreshResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { FindSession } from '../account/find-session.ts'
import { lockCaller } from '../account/lock-user.ts'
import type { MergeTickets } from '../account/merge-tickets.ts'
import type { Claims } from '../auth/access-tokens.ts'
import type { ChangeLoginMethods } from '../auth/change-login-methods.ts'
import type { SessionKeys } from '../auth/session-keys.ts'
import { timed } from '../auth/timed.ts'
import type { WechatIdentity } from '../auth/wechat-identity.ts'
import type { OwnershipVerifier } from '../binding/verify-ownership.ts'
import { lockNames } from '../database/advisory-locks.ts'
import { queryIn } from '../database/query.ts'
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

type Origin = { ip: string; log: FastifyBaseLogger }

/** The phone number of a caller who proves to own the account. */
export type BindPhone = {
  /**
   * Binds what the phone button gave, in place of the number before.
   *
   * @throws ApiError `account_conflict` when the number is another account's, `phone_…`, `session_key_expired`,
   *   `open_data_invalid`, `invalid_request`, `wechat_…`, `rate_limited`, `session_revoked`, `account_banned`, and what a
   *   proof is rejected with; then nothing was changed.
   */
  bind(claims: Claims, given: PhoneBody, origin: Origin): Promise<RefreshResult>
  /** @throws ApiError `session_revoked`, `account_banned`, and what a proof is rejected with. */
  remove(claims: Claims, proof: Proof, origin: Origin): Promise<RefreshResult>
}

export function createBindPhone({
  changeLoginMethods,
  ownership,
  apps,
  wechat,
  findSession,
  sessionKeys,
  phones,
  mergeTickets,
  limits,
}: {
  changeLoginMethods: ChangeLoginMethods
  ownership: OwnershipVerifier
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

  async function decrypt(
    identity: WechatIdentity | null,
    encrypted: EncryptedData,
    storedKey: Promise<string>,
  ) {
    const data = decryptOpenData(encrypted, await storedKey)
    if (!identity || !data)
      throw new ApiError('session_key_expired', { detail: 'the stored session_key does not open the data' })
    refuseForeignOrStale(data, identity.appId)
    const phone = readPhoneInfo(data)
    if (!phone) throw new ApiError('open_data_invalid', { detail: 'the data have no phone number' })
    return phone
  }

  /** Takes the stored key now: the code of the proof has WeChat replace it. What is wrong with it is told later. */
  async function prepareDecryption(identity: WechatIdentity | null, encrypted: EncryptedData) {
    const storedKey = sessionKeys.current(identity)
    await storedKey.catch(() => {})
    return () => decrypt(identity, encrypted, storedKey)
  }

  return {
    async bind(claims, given, { ip, log }) {
      const { sub: userId, sid: sessionId } = claims
      const button = buttonDataOf(given)
      const { identity } = await findSession(claims)
      const readPhone =
        'code' in button
          ? () => askWechat(identity, button.code, log)
          : await prepareDecryption(identity, button)
      await ownership.verify(userId, given.proof, { operation: 'POST /v1/me/phone', sessionId, ip, log })
      await limits.phone(identity ?? { userId })
      const number = toPhoneNumber(await readPhone())
      try {
        return await changeLoginMethods(claims, ip, async (transaction) => {
          const query = queryIn(transaction)
          await lockNames(query, [lockOfNumber(number.full)])
          await lockCaller(query, claims)
          const isNew = await phones.bind(query, userId, number, { ip, appId: identity?.appId })
          return isNew ? 'login_method_changed' : null
        })
      } catch (error) {
        if (!(error instanceof PhoneTaken)) throw error
        throw await mergeTickets.conflict({
          userId,
          otherUserId: error.otherUserId,
          ...(identity ? { identity } : {}),
        })
      }
    },
    async remove(claims, proof, { ip, log }) {
      const { sub: userId, sid: sessionId } = claims
      await ownership.verify(userId, proof, { operation: 'POST /v1/me/phone/delete', sessionId, ip, log })
      return changeLoginMethods(claims, ip, async (transaction) => {
        const query = queryIn(transaction)
        await lockCaller(query, claims)
        return (await removePhone(query, userId, { ip })) ? 'login_method_changed' : null
      })
    },
  }
}

/** Newer phones give both; the code alone is bound to the person by WeChat itself. */
function buttonDataOf({ code, encryptedData, iv }: PhoneBody): { code: string } | EncryptedData {
  if (code !== undefined) return { code }
  if (encryptedData !== undefined && iv !== undefined) return readEncryptedData({ encryptedData, iv })
  throw new ApiError('invalid_request', { detail: 'body must have code, or encryptedData and iv' })
}
