import type { Me } from '@repo/shared'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { refuseBanned } from '../../domain/users/account-state.ts'
import { defaultNickname } from '../../domain/users/default-nickname.ts'
import { maskNickname } from '../../domain/users/mask-nickname.ts'
import type { ToUser, UserRow } from '../../domain/users/user.ts'
import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/** @throws ApiError `session_revoked` when the user is gone, `account_banned`. */
export type CurrentUser = (claims: Claims) => Promise<Me>

/** A row of the statement below. It counts in an index and up to a bound: an inviter of many costs no more. */
export type MeRow = UserRow & {
  inviter_status: UserRow['status'] | null
  inviter_nickname: string | null
  invited_count: number
  has_wechat: boolean
}

export function createCurrentUser({ query }: Database, toUser: ToUser): CurrentUser {
  return async ({ sub }) => {
    const [row] = await query<MeRow>`
      SELECT users.*, inviter.status AS inviter_status, inviter.nickname AS inviter_nickname,
        (SELECT count(*)::int FROM (SELECT FROM users AS invited WHERE invited.inviter_id = users.id LIMIT 1000) AS bounded)
          AS invited_count,
        EXISTS (SELECT FROM wechat_identities WHERE wechat_identities.user_id = users.id) AS has_wechat
      FROM users LEFT JOIN users AS inviter ON inviter.id = users.inviter_id
      WHERE users.id = ${sub}::uuid`
    if (!row) throw new ApiError('session_revoked')
    refuseBanned(row)
    return toMe(toUser, row)
  }
}

export const toMe = (toUser: ToUser, row: MeRow): Me => ({
  ...toUser(row),
  inviter: inviterOf(row),
  invitedCount: row.invited_count,
  hasWechat: row.has_wechat,
})

/** Nobody, once they have left. */
function inviterOf({ inviter_id: id, inviter_status, inviter_nickname }: MeRow): Me['inviter'] {
  if (id === null || inviter_status === null || inviter_status === 'deleted') return null
  return { nicknameMasked: maskNickname(inviter_nickname ?? defaultNickname(id)) }
}
