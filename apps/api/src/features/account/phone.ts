import type { PhoneBody, Proof, RefreshResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { MergeTickets } from '../../domain/accounts/merge-tickets.ts'
import type { OpenData } from '../../domain/identities/open-data.ts'
import type { WechatIdentity } from '../../domain/identities/wechat-identity.ts'
import { lockCaller } from '../../domain/locks.ts'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import { toPhoneNumber } from '../../domain/phones/phone-number.ts'
import { lockOfNumber, type Phones, PhoneTaken, removePhone } from '../../domain/phones/phones.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { ChangeLoginMethods } from '../../domain/sessions/change-login-methods.ts'
import type { FindSession } from '../../domain/sessions/load-session.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import { lockNames } from '../../infra/database/advisory-locks.ts'
import { queryIn } from '../../infra/database/query.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { timed } from '../../infra/wechat/log-wechat-call.ts'
import type { EncryptedData } from '../../infra/wechat/open-data.ts'
import { ApiError } from '../../utils/api-error.ts'

type Origin = { ip: string; log: FastifyBaseLogger }

/** The phone number of a caller who proves to own the account. */
export type BindPhone = {
  /**
   * Binds what the phone button gave, in place of the number before.
   *
   * @throws ApiError `account_conflict` when the number is another account's, `phone_…`, `session_key_expired`,
   *   `invalid_request`, `wechat_…`, `rate_limited`, `session_revoked`, `account_banned`, and what a proof is rejected with;
   *   then nothing was changed.
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
  openData,
  phones,
  mergeTickets,
  limits,
  takesEncryptedData,
}: {
  changeLoginMethods: ChangeLoginMethods
  ownership: OwnershipVerifier
  apps: WechatApps
  wechat: WechatClient
  findSession: FindSession
  openData: OpenData
  phones: Phones
  mergeTickets: MergeTickets
  limits: PersonLimits
  /** Whether a number may come as `encryptedData`: PHONE_ENCRYPTED_DATA. */
  takesEncryptedData: boolean
}): BindPhone {
  /** A session that a password began cannot say whose code it has, nor of which mini program: the default is taken. */
  async function askWechat(identity: WechatIdentity | null, code: string, log: FastifyBaseLogger) {
    const app = identity ? apps.find(identity.appId) : apps.default
    const { result } = await timed(log, 'phone code exchanged', () =>
      wechat.getPhoneNumber(app, { code, openid: identity?.openid }),
    )
    return result
  }

  return {
    async bind(claims, given, { ip, log }) {
      const { sub: userId, sid: sessionId } = claims
      const button = buttonDataOf(given, takesEncryptedData)
      const { identity } = await findSession(claims)
      const readPhone =
        'code' in button
          ? () => askWechat(identity, button.code, log)
          : await openData.phone({ userId, identity }, button)
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

/** Newer phones give both; WeChat itself binds the code to the user. */
function buttonDataOf(
  { code, encryptedData, iv }: PhoneBody,
  takesEncryptedData: boolean,
): { code: string } | EncryptedData {
  if (code !== undefined) return { code }
  if (!takesEncryptedData)
    throw new ApiError('invalid_request', {
      detail: 'body must have code: encryptedData is taken only with PHONE_ENCRYPTED_DATA=on',
    })
  if (encryptedData !== undefined && iv !== undefined) return { encryptedData, iv }
  throw new ApiError('invalid_request', { detail: 'body must have code, or encryptedData and iv' })
}
