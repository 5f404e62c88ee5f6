import type { Database } from '../../infra/database/client.ts'
import type { RevokedReason, User } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { assertNotBanned, toAccountState } from '../users/account-state.ts'
import type { Claims } from './access-tokens.ts'

/** An active session with its user. */
export type SessionWithUser = {
  user: User
  /** The WeChat identity that logged in; `null` after a login by password. */
  identity: WechatIdentity | null
}

/** The session of a request, as the database has it now. @throws ApiError `session_revoked`, `account_banned`. */
export async function loadSession(
  { prisma }: Pick<Database, 'prisma'>,
  { sub: userId, sid }: Pick<Claims, 'sub' | 'sid'>,
): Promise<SessionWithUser> {
  const session = await prisma.session.findFirst({
    where: { id: sid, userId, revokedAt: null },
    include: { user: true },
  })
  if (!session) throw new ApiError('session_revoked')
  const { user, appId, openid } = session
  assertNotBanned(toAccountState(user))
  return { user, identity: appId === null || openid === null ? null : { appId, openid } }
}

/** Whether a session has ended, and why. */
export type SessionEnd = { revoked_at: Date | null; revoked_reason: RevokedReason | null }

/**
 * Both holders of a copied refresh token get its code, so that the user sees the warning on either device.
 *
 * @throws ApiError `session_revoked`, `refresh_token_reused`.
 */
export function assertSessionActive({ revoked_at, revoked_reason }: SessionEnd): void {
  if (revoked_at === null) return
  throw new ApiError(revoked_reason === 'refresh_token_reused' ? revoked_reason : 'session_revoked')
}
