import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config/config.ts'
import { legalLogDays } from '../config/legal-log-days.ts'
import { contentVerdictDays, failedLoginDays } from '../config/retention-days.ts'
import { UNSPECIFIED_IP } from '../domain/personal-data/user-columns.ts'
import type { Database } from '../infra/database/client.ts'
import { Prisma } from '../infra/database/generated/client.ts'
import type { Query } from '../infra/database/query.ts'
import { type Batch, clearEndedBans, clearUnionids, toBatch } from './outdated-values.ts'
import { startPeriodicTask } from './periodic-task.ts'

/** The number of deleted rows by kind; of the last three the number of emptied ones. */
export type DeletedRows = Record<
  | 'auditEvents'
  | 'sealedNetworkLogs'
  | 'sessions'
  | 'revocations'
  | 'mergeTickets'
  | 'appeals'
  | 'avatarChecks'
  | 'contentReviews'
  | 'wechatMessages'
  | 'bannedIdentities'
  | 'rejectedLogins'
  | 'deadJobs'
  | 'consents'
  | 'lastLoginIps'
  | 'endedBans'
  | 'unionids',
  number
>

export type Retention = {
  /** Deletes expired rows. Stops early where another instance is doing the same. */
  runOnce(): Promise<DeletedRows>
  /** Starts no further batch, and waits for the current one. */
  close(): Promise<void>
}

/** The table, its unique column, and how long after the time in the column `since` a row is deleted. */
type RetentionRule = {
  table: string
  id: string
  since: string
  afterSeconds: number
  /** Empties the IP in this column instead of deleting the row. */
  empties?: string
  /**
   * For a table without an index on `since`, whose ids sort by time: reads it in pages by `id`, up to the first page that
   * ends with a row whose time in this column is too new for any later row to be due.
   */
  createdAt?: string
}

/** Where the walk through a table stands. */
type Position = { after: string | null }

const daySeconds = 24 * 60 * 60

/** Small, so that no request waits long: PGlite has one connection for everything. */
const batchSize = 1000
/** Larger, since most of its rows stay. */
const pageSize = 5000
/** Longer than for requests, since none waits for it. */
const batchTimeoutMs = 60_000
/** Far longer than the clock tolerance of access tokens. */
const revocationMarginSeconds = 60 * 60
/** WeChat responds within half an hour, or not at all. */
const avatarCheckSeconds = 7 * daySeconds
/** Far longer than WeChat repeats a message, and than a signature is accepted. */
const wechatMessageSeconds = daySeconds
/** Enough for an admin to see and retry them. */
const deadJobSeconds = 30 * daySeconds

/** Deletes expired rows in the background. */
export function startRetention({
  database: { transaction },
  config: { retentionSeconds, consentRetentionSeconds, accessToken, sharedApps },
  log,
}: {
  database: Database
  config: Pick<Config, 'retentionSeconds' | 'consentRetentionSeconds' | 'accessToken' | 'sharedApps'>
  log: FastifyBaseLogger
}): Retention {
  const rules: Record<Exclude<keyof DeletedRows, 'endedBans' | 'unionids'>, RetentionRule> = {
    auditEvents: { table: 'audit_events', id: 'id', since: 'at', afterSeconds: retentionSeconds },
    sealedNetworkLogs: {
      table: 'sealed_network_logs',
      id: 'id',
      since: 'at',
      afterSeconds: legalLogDays * daySeconds,
    },
    lastLoginIps: {
      table: 'users',
      id: 'id',
      since: 'last_login_at',
      afterSeconds: retentionSeconds,
      empties: 'last_login_ip',
      createdAt: 'registered_at',
    },
    sessions: {
      table: 'sessions',
      id: 'id',
      since: 'LEAST(expires_at, revoked_at)',
      afterSeconds: retentionSeconds,
      createdAt: 'created_at',
    },
    revocations: {
      table: 'revocations',
      id: 'id',
      since: 'created_at',
      afterSeconds: accessToken.lifetimeSeconds + revocationMarginSeconds,
    },
    mergeTickets: { table: 'merge_tickets', id: 'id', since: 'expires_at', afterSeconds: 0 },
    // Open appeals have no `decided_at`, and stay.
    appeals: { table: 'appeals', id: 'id', since: 'decided_at', afterSeconds: retentionSeconds },
    avatarChecks: {
      table: 'avatar_checks',
      id: 'trace_id',
      since: 'asked_at',
      afterSeconds: avatarCheckSeconds,
    },
    // Those that wait have no `decided_at`, and stay.
    contentReviews: {
      table: 'content_reviews',
      id: 'id',
      since: 'decided_at',
      afterSeconds: contentVerdictDays * daySeconds,
    },
    wechatMessages: {
      table: 'wechat_messages',
      id: 'hash',
      since: 'received_at',
      afterSeconds: wechatMessageSeconds,
    },
    // Bans without an end have no `until`, and stay.
    bannedIdentities: { table: 'banned_identities', id: 'hash', since: 'until', afterSeconds: 0 },
    rejectedLogins: {
      table: 'rejected_logins',
      id: 'ctid',
      since: 'hour',
      afterSeconds: failedLoginDays * daySeconds,
    },
    deadJobs: { table: 'jobs', id: 'id', since: 'dead_at', afterSeconds: deadJobSeconds },
    // Those of an account that exists have no `account_deleted_at`, and stay.
    consents: {
      table: 'consents',
      id: 'id',
      since: 'account_deleted_at',
      afterSeconds: consentRetentionSeconds,
    },
  }
  const sharedAppIds = (sharedApps ?? []).map(({ appId }) => appId)
  const task = startPeriodicTask(runAndLog)

  async function runAndLog(): Promise<void> {
    try {
      const deleted = await runOnce()
      if (Object.values(deleted).some((count) => count > 0)) log.info(deleted, 'expired rows deleted')
    } catch (error) {
      log.error({ err: error }, 'expired rows could not be deleted; the next run tries again')
    }
  }

  async function runOnce(): Promise<DeletedRows> {
    const deleted: DeletedRows = {
      auditEvents: 0,
      sealedNetworkLogs: 0,
      sessions: 0,
      revocations: 0,
      mergeTickets: 0,
      appeals: 0,
      avatarChecks: 0,
      contentReviews: 0,
      wechatMessages: 0,
      bannedIdentities: 0,
      rejectedLogins: 0,
      deadJobs: 0,
      consents: 0,
      lastLoginIps: 0,
      endedBans: 0,
      unionids: 0,
    }
    for (const kind of Object.keys(deleted) as (keyof DeletedRows)[]) {
      const position: Position = { after: null }
      for (let isLast = false; !isLast; await task.pause()) {
        if (task.isStopping()) return deleted
        const batch = await runBatch(kind, position)
        if (batch === null) return deleted
        deleted[kind] += batch.count
        isLast = batch.isLast
      }
    }
    return deleted
  }

  /** @returns `null` while another instance deletes. */
  function runBatch(kind: keyof DeletedRows, position: Position): Promise<Batch | null> {
    return transaction(
      async (query) => {
        // The lock, and the permission to delete from the audit log, end with the transaction.
        const [lock] = await query<{ ours: boolean }>`
          SELECT pg_try_advisory_xact_lock(hashtextextended('retention', 0)) AS ours,
            set_config('audit.retention', 'on', true)`
        if (!lock?.ours) return null
        if (kind === 'endedBans') return clearEndedBans(query, batchSize)
        if (kind === 'unionids') return clearUnionids(query, sharedAppIds, batchSize)
        const rule = rules[kind]
        return rule.createdAt === undefined
          ? deleteBatch(query, rule)
          : runPage(query, { ...rule, createdAt: rule.createdAt }, position)
      },
      { statementMs: batchTimeoutMs },
    )
  }

  return { runOnce, close: task.close }
}

/** By the database's clock. */
const isDue = ({ since, afterSeconds }: RetentionRule) =>
  Prisma.sql`${Prisma.raw(since)} < now() - make_interval(secs => ${afterSeconds})`

/** The oldest rows first, by the index on `since`. */
async function deleteBatch(query: Query, rule: RetentionRule): Promise<Batch> {
  const [table, id, since] = [Prisma.raw(rule.table), Prisma.raw(rule.id), Prisma.raw(rule.since)]
  const [deleted] = await query<{ count: number }>`
    WITH deleted AS (
      DELETE FROM ${table} WHERE ${id} IN (
        SELECT ${id} FROM ${table} WHERE ${isDue(rule)} ORDER BY ${since} LIMIT ${batchSize})
      RETURNING 1
    )
    SELECT count(*)::integer AS count FROM deleted`
  return toBatch(deleted, batchSize)
}

/** The rows of one page that are due. Skips those that a login or another change holds: the next run finds them. */
async function runPage(
  query: Query,
  rule: RetentionRule & { createdAt: string },
  position: Position,
): Promise<Batch> {
  const [table, id, createdAt] = [Prisma.raw(rule.table), Prisma.raw(rule.id), Prisma.raw(rule.createdAt)]
  const column = rule.empties === undefined ? null : Prisma.raw(rule.empties)
  const isFull = column ? Prisma.sql`${column} <> ${UNSPECIFIED_IP}::inet` : Prisma.sql`true`
  const change = column
    ? Prisma.sql`UPDATE ${table} SET ${column} = ${UNSPECIFIED_IP}::inet`
    : Prisma.sql`DELETE FROM ${table}`
  const [page] = await query<{ count: number; last: string | null; has_more: boolean }>`
    WITH page AS MATERIALIZED (
      SELECT ${id} AS id, ${createdAt} AS created_at FROM ${table} WHERE ${id} > ${position.after ?? firstId}::uuid
      ORDER BY ${id} LIMIT ${pageSize}
    ), due AS (
      SELECT ${id} FROM ${table}
      WHERE ${id} IN (SELECT page.id FROM page) AND ${isDue(rule)} AND ${isFull} FOR UPDATE SKIP LOCKED
    ), changed AS (
      ${change} WHERE ${id} IN (SELECT ${id} FROM due) RETURNING 1
    ), last AS (
      SELECT id, created_at FROM page ORDER BY id DESC LIMIT 1
    )
    SELECT (SELECT count(*)::integer FROM changed) AS count, (SELECT id FROM last) AS last,
      (SELECT count(*) FROM page) = ${pageSize}::integer AND COALESCE((
        SELECT created_at < now() - make_interval(secs => ${rule.afterSeconds}) FROM last
      ), false) AS has_more`
  position.after = page?.last ?? null
  return { count: page?.count ?? 0, isLast: !page?.has_more }
}

/** Below every id. */
const firstId = '00000000-0000-0000-0000-000000000000'
