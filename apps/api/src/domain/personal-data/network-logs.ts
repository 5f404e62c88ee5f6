import { legalLogDays } from '../../config/legal-log-days.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { hasAdminHistory } from '../users/admin-history.ts'

/** Small enough for the statement timeout, also on a slow disk: an account may have 100,000 events. */
const batchSize = 10_000

/**
 * Copies the recent network logs of an account to the sealed table: time, type and IP. An admin's action belongs to the
 * admin's logs. The API reads none of these rows.
 */
export async function sealNetworkLogs(
  transaction: Prisma.TransactionClient,
  userId: string,
  { ip }: { ip: string | null },
): Promise<void> {
  const isRecent = (column: string) =>
    Prisma.sql`${Prisma.raw(column)} > now() - make_interval(days => ${legalLogDays}::int)`
  const own = Prisma.sql`user_id = ${userId}::uuid AND (actor_id IS NULL OR actor_id = user_id)`
  const isAdmin = await hasAdminHistory(transaction, userId)
  const where = isAdmin ? Prisma.sql`((${own}) OR actor_id = ${userId}::uuid)` : own
  await transaction.$executeRaw`
    INSERT INTO sealed_network_logs (user_id, at, type, ip)
    SELECT ${userId}::uuid, at, type, ip FROM audit_events WHERE ${where} AND ip IS NOT NULL AND ${isRecent('at')}
    UNION ALL
    SELECT ${userId}::uuid, refreshed_at, 'session_used', ip FROM sessions
    WHERE user_id = ${userId}::uuid AND ${isRecent('refreshed_at')}`
  if (ip !== null)
    await transaction.$executeRaw`
      INSERT INTO sealed_network_logs (user_id, at, type, ip)
      VALUES (${userId}::uuid, ${new Date()}, 'account_deleted', ${ip}::inet)`
}

/**
 * Empties what is personal in the audit events of an account. The IP of an admin who acted on it belongs to the admin, and
 * goes with the admin's account. For a transaction that may rewrite the audit log.
 */
export async function emptyAuditEvents(
  transaction: Prisma.TransactionClient,
  userId: string,
  { isAdmin }: { isAdmin: boolean },
): Promise<void> {
  const query = prismaQuery(transaction)
  let last: string | undefined = '00000000-0000-0000-0000-000000000000'
  while (last !== undefined) {
    const [batch]: { last: string }[] = await query<{ last: string }>`
      WITH batch AS (
        SELECT id FROM audit_events WHERE user_id = ${userId}::uuid AND id > ${last}::uuid
        ORDER BY id LIMIT ${batchSize}
      ), emptied AS (
        UPDATE audit_events
        SET ip = CASE WHEN actor_id <> user_id THEN ip END, app_id = NULL, data = NULL
        FROM batch WHERE audit_events.id = batch.id
      )
      SELECT id AS last FROM batch ORDER BY id DESC LIMIT 1`
    last = batch?.last
  }
  if (isAdmin)
    await transaction.auditEvent.updateMany({ where: { actorId: userId }, data: { ip: null, appId: null } })
}
