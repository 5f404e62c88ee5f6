import type { Query } from '../infra/database/query.ts'

/** What one batch has changed, and whether it was the last one. */
export type Batch = { count: number; isLast: boolean }

/** Of a statement that changes at most `batchSize` rows and counts them. */
export const toBatch = ({ count } = { count: 0 }, batchSize: number): Batch => ({
  count,
  isLast: count < batchSize,
})

/**
 * Empties what an admin wrote about bans that have ended, as `unban` does, and closes the appeals against them. Skips users
 * that another transaction holds.
 */
export async function clearEndedBans(query: Query, batchSize: number): Promise<Batch> {
  const [cleared] = await query<{ count: number }>`
    WITH ended AS (
      SELECT id FROM users WHERE status = 'banned' AND banned_until < now() LIMIT ${batchSize} FOR UPDATE SKIP LOCKED
    ), cleared AS (
      UPDATE users
      SET status = 'active', banned_until = NULL, banned_reason = NULL, banned_note = NULL, ban_id = NULL
      WHERE id IN (SELECT id FROM ended) RETURNING 1
    ), lapsed AS (
      UPDATE appeals SET state = 'lapsed', decided_at = now()
      WHERE state = 'open' AND user_id IN (SELECT id FROM ended)
    )
    SELECT count(*)::integer AS count FROM cleared`
  return toBatch(cleared, batchSize)
}

/** Empties the unionids of apps that share no accounts any more. A login of such an app stores none. */
export async function clearUnionids(query: Query, sharedAppIds: string[], batchSize: number): Promise<Batch> {
  const [cleared] = await query<{ count: number }>`
    WITH outdated AS (
      SELECT app_id, openid FROM wechat_identities
      WHERE unionid IS NOT NULL AND app_id <> ALL(${sharedAppIds}::text[])
      LIMIT ${batchSize} FOR UPDATE SKIP LOCKED
    ), cleared AS (
      UPDATE wechat_identities SET unionid = NULL FROM outdated
      WHERE wechat_identities.app_id = outdated.app_id AND wechat_identities.openid = outdated.openid RETURNING 1
    )
    SELECT count(*)::integer AS count FROM cleared`
  return toBatch(cleared, batchSize)
}
