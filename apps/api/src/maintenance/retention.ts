import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config/config.ts'
import type { Database } from '../infra/database/client.ts'
import { Prisma } from '../infra/database/generated/client.ts'
import { startRounds } from './periodic-task.ts'

/** How many rows of each kind a round deleted. */
export type Deleted = Record<
  | 'auditEvents'
  | 'expiredSessions'
  | 'revokedSessions'
  | 'revocations'
  | 'mergeTickets'
  | 'avatarChecks'
  | 'wechatMessages'
  | 'bannedIdentities'
  | 'rejectedLogins'
  | 'deadJobs',
  number
>

export type Retention = {
  /** Deletes what is due. Ends early, with what it deleted so far, where another instance is at it. */
  round(): Promise<Deleted>
  /** Begins no other batch, and waits for the one that is under way. */
  close(): Promise<void>
}

/** Rows that may go some time after the moment that a column names, and the column that tells them apart. */
type Due = { table: string; id: string; since: string; afterSeconds: number }

const daySeconds = 24 * 60 * 60

/** Small, so that no request waits: least of all on PGlite, which has one connection for everything. */
const batchSize = 1000
/** No request waits for it. */
const batchTimeoutMs = 60_000
/** Far longer than any access token may outlive its revocation. */
const revocationMarginSeconds = 60 * 60
/** WeChat answers within half an hour, or not at all. */
const avatarCheckSeconds = 7 * daySeconds
/** Far longer than WeChat repeats a message, and than a signature is taken. */
const wechatMessageSeconds = daySeconds
/** Enough to see an attack, and its beginning. */
const rejectedLoginSeconds = 7 * daySeconds
/** Enough for an admin to see and retry them. */
const deadJobSeconds = 30 * daySeconds

/** Deletes in the background what is older than it has to be kept, a while after the start and then every hour. */
export function startRetention({
  database: { transaction },
  config: { retentionSeconds, accessToken },
  log,
}: {
  database: Database
  config: Pick<Config, 'retentionSeconds' | 'accessToken'>
  log: FastifyBaseLogger
}): Retention {
  const due: Record<keyof Deleted, Due> = {
    auditEvents: { table: 'audit_events', id: 'id', since: 'at', afterSeconds: retentionSeconds },
    expiredSessions: { table: 'sessions', id: 'id', since: 'expires_at', afterSeconds: retentionSeconds },
    revokedSessions: { table: 'sessions', id: 'id', since: 'revoked_at', afterSeconds: retentionSeconds },
    revocations: {
      table: 'revocations',
      id: 'id',
      since: 'created_at',
      afterSeconds: accessToken.lifetimeSeconds + revocationMarginSeconds,
    },
    mergeTickets: { table: 'merge_tickets', id: 'id', since: 'expires_at', afterSeconds: 0 },
    avatarChecks: {
      table: 'avatar_checks',
      id: 'trace_id',
      since: 'asked_at',
      afterSeconds: avatarCheckSeconds,
    },
    wechatMessages: {
      table: 'wechat_messages',
      id: 'hash',
      since: 'received_at',
      afterSeconds: wechatMessageSeconds,
    },
    // A ban without an end stays.
    bannedIdentities: { table: 'banned_identities', id: 'hash', since: 'until', afterSeconds: 0 },
    rejectedLogins: {
      table: 'rejected_logins',
      id: 'ctid',
      since: 'hour',
      afterSeconds: rejectedLoginSeconds,
    },
    deadJobs: { table: 'jobs', id: 'id', since: 'dead_at', afterSeconds: deadJobSeconds },
  }
  const rounds = startRounds(loggedRound)

  async function loggedRound(): Promise<void> {
    try {
      const deleted = await round()
      if (Object.values(deleted).some((count) => count > 0)) log.info(deleted, 'deleted what was due')
    } catch (error) {
      log.error({ err: error }, 'what is due could not be deleted; the next round tries again')
    }
  }

  async function round(): Promise<Deleted> {
    const deleted: Deleted = {
      auditEvents: 0,
      expiredSessions: 0,
      revokedSessions: 0,
      revocations: 0,
      mergeTickets: 0,
      avatarChecks: 0,
      wechatMessages: 0,
      bannedIdentities: 0,
      rejectedLogins: 0,
      deadJobs: 0,
    }
    for (const kind of Object.keys(deleted) as (keyof Deleted)[]) {
      for (let count: number | null = batchSize; count === batchSize; await rounds.pause()) {
        if (rounds.isEnding()) return deleted
        count = await deleteBatch(due[kind])
        if (count === null) return deleted
        deleted[kind] += count
      }
    }
    return deleted
  }

  /** @returns how many rows went, or `null` while another instance deletes. */
  async function deleteBatch({ afterSeconds, ...names }: Due): Promise<number | null> {
    const [table, id, since] = [names.table, names.id, names.since].map((name) => Prisma.raw(name))
    return transaction(
      async (query) => {
        // The lock and the permission to delete from the audit log end with the transaction.
        const [lock] = await query<{ ours: boolean }>`
          SELECT pg_try_advisory_xact_lock(hashtextextended('retention', 0)) AS ours,
            set_config('audit.retention', 'on', true)`
        if (!lock?.ours) return null
        // By the database's clock. An index finds the batch.
        const [deleted] = await query<{ count: number }>`
          WITH deleted AS (
            DELETE FROM ${table} WHERE ${id} IN (
              SELECT ${id} FROM ${table} WHERE ${since} < now() - make_interval(secs => ${afterSeconds})
              ORDER BY ${since} LIMIT ${batchSize})
            RETURNING 1)
          SELECT count(*)::integer AS count FROM deleted`
        return deleted?.count ?? 0
      },
      { statementMs: batchTimeoutMs },
    )
  }

  return { round, close: rounds.close }
}
