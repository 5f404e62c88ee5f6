import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config/config.ts'
import { legalLogDays } from '../config/legal-log-days.ts'
import { contentVerdictDays, failedLoginDays } from '../config/retention-days.ts'
import { UNSPECIFIED_IP } from '../domain/personal-data/user-columns.ts'
import type { Database } from '../infra/database/client.ts'
import { Prisma } from '../infra/database/generated/client.ts'
import { startPeriodicTask } from './periodic-task.ts'

/** The number of deleted rows by kind; of `lastLoginIps` the number of emptied values. */
export type DeletedRows = Record<
  | 'auditEvents'
  | 'sealedNetworkLogs'
  | 'lastLoginIps'
  | 'expiredSessions'
  | 'revokedSessions'
  | 'revocations'
  | 'mergeTickets'
  | 'appeals'
  | 'avatarChecks'
  | 'contentReviews'
  | 'wechatMessages'
  | 'bannedIdentities'
  | 'rejectedLogins'
  | 'deadJobs'
  | 'consents',
  number
>

export type Retention = {
  /** Deletes expired rows. Stops early where another instance is doing the same. */
  runOnce(): Promise<DeletedRows>
  /** Starts no further batch, and waits for the current one. */
  close(): Promise<void>
}

/**
 * The table, its unique column, and how long after the time in the column `since` a row is deleted; with `empties`, the IP
 * in that column instead.
 */
type RetentionRule = { table: string; id: string; since: string; afterSeconds: number; empties?: string }

const daySeconds = 24 * 60 * 60

/** Small, so that no request waits long: PGlite has one connection for everything. */
const batchSize = 1000
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
  config: { retentionSeconds, consentRetentionSeconds, accessToken },
  log,
}: {
  database: Database
  config: Pick<Config, 'retentionSeconds' | 'consentRetentionSeconds' | 'accessToken'>
  log: FastifyBaseLogger
}): Retention {
  const rules: Record<keyof DeletedRows, RetentionRule> = {
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
    },
    expiredSessions: { table: 'sessions', id: 'id', since: 'expires_at', afterSeconds: retentionSeconds },
    revokedSessions: { table: 'sessions', id: 'id', since: 'revoked_at', afterSeconds: retentionSeconds },
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
      lastLoginIps: 0,
      expiredSessions: 0,
      revokedSessions: 0,
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
    }
    for (const kind of Object.keys(deleted) as (keyof DeletedRows)[]) {
      for (let count: number | null = batchSize; count === batchSize; await task.pause()) {
        if (task.isStopping()) return deleted
        count = await deleteBatch(rules[kind])
        if (count === null) return deleted
        deleted[kind] += count
      }
    }
    return deleted
  }

  /** @returns the number of deleted rows, or `null` while another instance deletes. */
  async function deleteBatch({ afterSeconds, empties, ...names }: RetentionRule): Promise<number | null> {
    const table = Prisma.raw(names.table)
    const id = Prisma.raw(names.id)
    const since = Prisma.raw(names.since)
    return transaction(
      async (query) => {
        // The lock, and the permission to delete from the audit log, end with the transaction.
        const [lock] = await query<{ ours: boolean }>`
          SELECT pg_try_advisory_xact_lock(hashtextextended('retention', 0)) AS ours,
            set_config('audit.retention', 'on', true)`
        if (!lock?.ours) return null
        // By the database's clock, with an index.
        const isExpired = Prisma.sql`${since} < now() - make_interval(secs => ${afterSeconds})`
        const change =
          empties === undefined
            ? Prisma.sql`DELETE FROM ${table} WHERE ${id} IN (
                SELECT ${id} FROM ${table} WHERE ${isExpired} ORDER BY ${since} LIMIT ${batchSize})`
            : emptyIp(Prisma.raw(empties), table, id, isExpired)
        const [deleted] = await query<{ count: number }>`
          WITH deleted AS (${change} RETURNING 1)
          SELECT count(*)::integer AS count FROM deleted`
        return deleted?.count ?? 0
      },
      { statementMs: batchTimeoutMs },
    )
  }

  return { runOnce, close: task.close }
}

/** Skips rows that a login or another change holds: the next run empties them. */
const emptyIp = (column: Prisma.Sql, table: Prisma.Sql, id: Prisma.Sql, isExpired: Prisma.Sql) => Prisma.sql`
  UPDATE ${table} SET ${column} = ${UNSPECIFIED_IP}::inet WHERE ${id} IN (
    SELECT ${id} FROM ${table} WHERE ${isExpired} AND ${column} <> ${UNSPECIFIED_IP}::inet
    ORDER BY ${id} LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)`
