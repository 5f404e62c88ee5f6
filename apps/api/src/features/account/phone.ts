import type { PhoneBody, Proof, RefreshResult } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { AppContext } from '../../context.ts'
import type { WechatIdentity } from '../../domain/identities/wechat-identity.ts'
import { acquireAdvisoryLocks, lockCaller, phoneLockKey } from '../../domain/locks.ts'
import { toPhoneNumber } from '../../domain/phones/phone-number.ts'
import { deletePhone, PhoneAlreadyBoundError } from '../../domain/phones/phones.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { changeLoginMethods } from '../../domain/sessions/change-login-methods.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { logWechatCall } from '../../infra/wechat/log-wechat-call.ts'
import type { EncryptedData } from '../../infra/wechat/open-data.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** Binds the number that the phone button gave, in place of the account's number before. */
export async function bindCallerPhone(
  context: Pick<
    AppContext,
    | 'apps'
    | 'config'
    | 'database'
    | 'limits'
    | 'mergeTickets'
    | 'openData'
    | 'ownership'
    | 'phones'
    | 'revoker'
    | 'sessions'
    | 'wechat'
  >,
  claims: Claims,
  body: PhoneBody,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const { config, database, limits, mergeTickets, openData, ownership, phones } = context
  const { sub: userId, sid: sessionId } = claims
  const button = buttonDataOf(body, config.phoneEncryptedData)
  const { identity } = await loadSession(database, claims)
  const readPhone =
    'code' in button
      ? () => exchangePhoneCode(context, identity, button.code, log)
      : await openData.phone({ userId, identity }, button)
  await ownership.verify(userId, body.proof, { operation: 'POST /v1/me/phone', sessionId, ip, log })
  await limits.phone(identity ?? { userId })
  const number = toPhoneNumber(await readPhone())
  try {
    return await changeLoginMethods(context, claims, ip, async (transaction) => {
      const query = prismaQuery(transaction)
      await acquireAdvisoryLocks(query, [phoneLockKey(number.full)])
      await lockCaller(query, claims)
      const isNew = await phones.bind(query, userId, number, { ip, appId: identity?.appId })
      return isNew ? 'login_method_changed' : null
    })
  } catch (error) {
    if (!(error instanceof PhoneAlreadyBoundError)) throw error
    throw await mergeTickets.conflictError({
      userId,
      otherUserId: error.otherUserId,
      ...(identity ? { identity } : {}),
    })
  }
}

export async function deleteCallerPhone(
  context: Pick<AppContext, 'config' | 'database' | 'ownership' | 'phones' | 'revoker' | 'sessions'>,
  claims: Claims,
  proof: Proof,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const { config, database, phones } = context
  const { sub: userId, sid: sessionId } = claims
  // Before the proof, which a rejection must not use up.
  if (config.requireVerifiedPhone && (await phones.hasNumber(database.query, userId)))
    throw new ApiError('phone_not_removable')
  const request = { operation: 'POST /v1/me/phone/delete', sessionId, ip, log } as const
  await context.ownership.verify(userId, proof, request)
  return changeLoginMethods(context, claims, ip, async (transaction) => {
    const query = prismaQuery(transaction)
    await lockCaller(query, claims)
    return (await deletePhone(query, userId, { ip })) ? 'login_method_changed' : null
  })
}

/** A password session does not know the mini program that the code is from: the default one is taken. */
async function exchangePhoneCode(
  { apps, wechat }: Pick<AppContext, 'apps' | 'wechat'>,
  identity: WechatIdentity | null,
  code: string,
  log: FastifyBaseLogger,
) {
  const app = identity ? apps.find(identity.appId) : apps.default
  const { result } = await logWechatCall(log, () =>
    wechat.getPhoneNumber(app, { code, openid: identity?.openid }),
  )
  return result
}

/** Newer phones send both. The code goes first, since WeChat itself binds it to the user. */
function buttonDataOf(
  { code, encryptedData, iv }: PhoneBody,
  acceptsEncryptedData: boolean,
): { code: string } | EncryptedData {
  if (code !== undefined) return { code }
  if (!acceptsEncryptedData)
    throw new ApiError('invalid_request', {
      detail: 'body must have code: encryptedData is taken only with PHONE_ENCRYPTED_DATA=on',
    })
  if (encryptedData !== undefined && iv !== undefined) return { encryptedData, iv }
  throw new ApiError('invalid_request', { detail: 'body must have code, or encryptedData and iv' })
}
