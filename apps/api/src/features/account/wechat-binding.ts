import type { BindWechatBody, Proof, RefreshResult } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { bindWechatToCaller } from '../../domain/identities/bind-wechat.ts'
import { exchangeLoginCode, exchangeLoginCodeUncounted } from '../../domain/identities/exchange-login-code.ts'
import { lockCaller } from '../../domain/locks.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { changeLoginMethods } from '../../domain/sessions/change-login-methods.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** Binds the WeChat identity behind a login code to the caller's account. */
export async function bindCallerWechat(
  context: Pick<
    AppContext,
    | 'apps'
    | 'exchangeGuard'
    | 'identities'
    | 'limits'
    | 'mergeTickets'
    | 'ownership'
    | 'revoker'
    | 'sessions'
    | 'wechat'
  >,
  claims: Claims,
  { code, appId, proof }: BindWechatBody,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const { apps, ownership } = context
  const request = { operation: 'PUT /v1/me/wechat', sessionId: claims.sid, ip, log } as const
  if (proof) await ownership.verify(claims.sub, proof, request)
  const bind = async () => {
    const { wechatUser } = await exchangeLoginCode(context, code, apps.find(appId), { ip, log })
    return bindWechatToCaller(context, claims, { wechatUser, isProven: proof !== undefined, ip })
  }
  // Without a proof the code is the proof.
  return proof ? bind() : ownership.audited(claims.sub, request, bind)
}

/** Removes all WeChat identities of the account: one that stayed would bring the others back by its unionid. */
export async function unbindCallerWechat(
  context: Pick<AppContext, 'ownership' | 'revoker' | 'sessions'>,
  claims: Claims,
  proof: Proof,
  { ip, log }: RequestContext,
): Promise<RefreshResult> {
  const { sub: userId, sid: sessionId } = claims
  const request = { operation: 'POST /v1/me/wechat/unbind', sessionId, ip, log } as const
  await context.ownership.verify(userId, proof, request)
  return changeLoginMethods(context, claims, ip, async (transaction) => {
    const query = prismaQuery(transaction)
    await lockCaller(query, claims)
    const password = await transaction.password.findUnique({ where: { userId }, select: { userId: true } })
    if (!password) throw new ApiError('last_login_method')
    const { count } = await transaction.wechatIdentity.deleteMany({ where: { userId } })
    if (count === 0) return null
    // It continues like a session that a password created.
    await transaction.session.updateMany({ where: { id: sessionId }, data: { appId: null, openid: null } })
    await appendAuditEntry(query, { type: 'wechat_unbound', userId, ip })
    return 'wechat_unbound'
  })
}

/** Stores the session_key that comes with a fresh login code of the session's WeChat identity. */
export async function renewSessionKey(
  context: Pick<AppContext, 'apps' | 'database' | 'exchangeGuard' | 'identities' | 'limits' | 'wechat'>,
  claims: Claims,
  code: string,
  request: RequestContext,
): Promise<void> {
  const { apps, database, identities, limits } = context
  // Unlike at a login the user is known, so that no call to WeChat is spent on one who is over the limit.
  await limits.renewal(claims.sub)
  const { identity } = await loadSession(database, claims)
  // A session that a password created has no WeChat identity.
  if (!identity) throw new ApiError('different_account')
  const app = apps.find(identity.appId)
  const { wechatUser } = await exchangeLoginCodeUncounted(context, code, app, request)
  if (wechatUser.openid !== identity.openid) throw new ApiError('different_account')
  await identities.storeSessionKey(wechatUser)
}
