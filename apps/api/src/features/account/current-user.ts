import type { Me } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { assertNotBanned } from '../../domain/users/account-state.ts'
import { defaultNickname, maskNickname } from '../../domain/users/nickname.ts'
import { toUser, type UserColumns, type UserRow, userColumns } from '../../domain/users/user.ts'
import { ApiError } from '../../utils/api-error.ts'

/** A row of the statement below. It counts up to a limit, and in the order of an index: else it would scan all users. */
export type MeRow = UserColumns &
  Pick<UserRow, 'banned_reason' | 'inviter_id' | 'agreement_version' | 'privacy_version'> & {
    inviter_status: UserRow['status'] | null
    inviter_nickname: string | null
    invited_count: number
    has_wechat: boolean
  }

export async function getCurrentUser(
  { config: { publicUrl }, database: { query } }: Pick<AppContext, 'config' | 'database'>,
  { sub }: Claims,
): Promise<Me> {
  const [row] = await query<MeRow>`
    SELECT ${userColumns}, users.banned_reason, users.inviter_id, users.agreement_version, users.privacy_version,
      inviter.status AS inviter_status, inviter.nickname AS inviter_nickname,
      (SELECT count(*)::int FROM (
        SELECT FROM users AS invited WHERE invited.inviter_id = users.id ORDER BY invited.id LIMIT 1000) AS bounded)
        AS invited_count,
      EXISTS (SELECT FROM wechat_identities WHERE wechat_identities.user_id = users.id) AS has_wechat
    FROM users LEFT JOIN users AS inviter ON inviter.id = users.inviter_id
    WHERE users.id = ${sub}::uuid`
  if (!row) throw new ApiError('session_revoked')
  assertNotBanned(row)
  return toMe(publicUrl, row)
}

export const toMe = (publicUrl: string, row: MeRow): Me => ({
  ...toUser(publicUrl, row),
  inviter: inviterOf(row),
  invitedCount: row.invited_count,
  hasWechat: row.has_wechat,
  consent:
    row.agreement_version === null || row.privacy_version === null
      ? null
      : { agreementVersion: row.agreement_version, privacyVersion: row.privacy_version },
})

/** `null` also when the inviter's account was deleted. */
function inviterOf({ inviter_id: id, inviter_status, inviter_nickname }: MeRow): Me['inviter'] {
  if (id === null || inviter_status === null || inviter_status === 'deleted') return null
  return { nicknameMasked: maskNickname(inviter_nickname ?? defaultNickname(id)) }
}
