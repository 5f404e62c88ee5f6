import type { SharedApp } from '../../config/shared-apps.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { type AccountState, assertNotBanned } from '../users/account-state.ts'
import { defaultNickname, maskNickname } from '../users/nickname.ts'

type Visitor = { appId: string; openid: string; unionid: string | null }

type SharedAccounts = {
  /** Whether this mini program shares accounts, so that a unionid has a purpose there. */
  includes(appId: string): boolean
  /** All of them. */
  appIds: string[]
  /** The first account with this unionid in the mini programs that share accounts with this one, other than `exceptUserId`. */
  findOwner(query: Query, visitor: Visitor, exceptUserId?: string): Promise<string | null>
  /**
   * The account that the user chose to join; `null`: none, or the user wants a separate one.
   *
   * @throws ApiError `shared_account_choice` when the user was not asked yet; `account_banned`: a separate account is no way
   *   around a ban.
   */
  choose(
    query: Query,
    visitor: Visitor & { sharedAccount: 'join' | 'separate' | undefined },
  ): Promise<string | null>
}

/** Accounts of WeChat users across mini programs. WeChat's rules want the user to agree: 运营规范 15.3.7. */
export function createSharedAccounts(sharedApps: SharedApp[] | null): SharedAccounts {
  const names = new Map(sharedApps?.map(({ appId, name }) => [appId, name]))
  const appIds = [...names.keys()]

  const findOwner: SharedAccounts['findOwner'] = async (query, { appId, openid, unionid }, exceptUserId) => {
    if (unionid === null || !names.has(appId)) return null
    const [identity] = await query<{ user_id: string }>`
      SELECT user_id FROM wechat_identities
      WHERE unionid = ${unionid} AND app_id = ANY(${appIds}::text[])
        -- Not the visitor's own identity, which a request in parallel may just have registered.
        AND (app_id, openid) <> (${appId}, ${openid})
        AND user_id IS DISTINCT FROM ${exceptUserId ?? null}::uuid
      ORDER BY created_at LIMIT 1`
    return identity?.user_id ?? null
  }

  return {
    includes: (appId) => names.has(appId),
    appIds,
    findOwner,
    async choose(query, visitor) {
      const userId = await findOwner(query, visitor)
      if (userId === null) return null
      const [user] = await query<AccountState & { nickname: string | null }>`
        SELECT id, status, banned_reason, banned_until, nickname FROM users WHERE id = ${userId}::uuid`
      if (!user) return null
      assertNotBanned(user)
      if (visitor.sharedAccount === 'separate') return null
      if (visitor.sharedAccount === 'join') return userId
      const identities = await query<{ app_id: string }>`
        SELECT app_id FROM wechat_identities WHERE user_id = ${userId}::uuid ORDER BY created_at`
      const appNames = identities.flatMap(({ app_id }) => names.get(app_id) ?? [])
      const nicknameMasked = maskNickname(user.nickname ?? defaultNickname(userId))
      throw new ApiError('shared_account_choice', { sharedAccount: { nicknameMasked, appNames } })
    },
  }
}
