import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { Prisma } from './database/generated/client.ts'
import { startRounds } from './rounds.ts'

/** How many rows of each kind a round deleted. */
export type Deleted = Record<
  | 'auditEvents'
  | 'expiredSessions'
  | 'revokedSessions'
  | 'revocations'
  | 'mergeTickets'
  | 'avatarChecks'
  | 'wechatMessages'
  | 'bannedIdentities',
  number
>

export type Retention = {
  /** Deletes what is due. Ends early, with what it deleted so far, where another instance is at it. */
  round(): Promise<Deleted>
  /** Begins no other batch, and waits for the one that is under way. */
  close(): Promise<void>
}

/** Small, so that no request waits: least of all on PGlite, which has one connection for everything. */
const batchSize = 1000
/** Far longer than any access token may outlive its revocation. */
const revocationMarginSeconds = 60 * 60
/** WeChat answers within half an hour, or not at all. */
const avatarCheckSeconds = 7 * 24 * 60 * 60
/** Far longer than WeChat repeats a message, and than a signature is taken. */
const wechatMessageSeconds = 24 * 60 * 60

/** Deletes in the background what is older than it has to be kept, a while after the start and then every hour. */
export function startRetention({
  database: { prisma },
  config: { retentionSeconds, accessToken },
  log,
}: {
  database: Database
  config: Pick<Config, 'retentionSeconds' | 'accessToken'>
  log: FastifyBaseLogger
}): Retention {
  const revocationSeconds = accessToken.lifetimeSeconds + revocationMarginSeconds
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
    }
    for (const kind of Object.keys(deleted) as (keyof Deleted)[]) {
      for (let count: number | null = batchSize; count === batchSize; await rounds.pause()) {
        if (rounds.isEnding()) return deleted
        count = await deleteBatch(batchOf(kind))
        if (count === null) return deleted
        deleted[kind] += count
      }
    }
    return deleted
  }

  /** All by the database's clock. An index finds each batch. */
  function batchOf(kind: keyof Deleted): Prisma.Sql {
    const before = (seconds: number) => Prisma.sql`now() - make_interval(secs => ${seconds})`
    return {
      auditEvents: Prisma.sql`
        DELETE FROM audit_events WHERE id IN (
          SELECT id FROM audit_events WHERE at < ${before(retentionSeconds)} ORDER BY at LIMIT ${batchSize})`,
      expiredSessions: Prisma.sql`
        DELETE FROM sessions WHERE id IN (
          SELECT id FROM sessions WHERE expires_at < ${before(retentionSeconds)} ORDER BY expires_at LIMIT ${batchSize})`,
      revokedSessions: Prisma.sql`
        DELETE FROM sessions WHERE id IN (
          SELECT id FROM sessions WHERE revoked_at < ${before(retentionSeconds)} ORDER BY revoked_at LIMIT ${batchSize})`,
      revocations: Prisma.sql`
        DELETE FROM revocations WHERE id IN (
          SELECT id FROM revocations WHERE created_at < ${before(revocationSeconds)} ORDER BY created_at LIMIT ${batchSize})`,
      mergeTickets: Prisma.sql`
        DELETE FROM merge_tickets WHERE id IN (
          SELECT id FROM merge_tickets WHERE expires_at < now() ORDER BY expires_at LIMIT ${batchSize})`,
      avatarChecks: Prisma.sql`
        DELETE FROM avatar_checks WHERE trace_id IN (
          SELECT trace_id FROM avatar_checks WHERE asked_at < ${before(avatarCheckSeconds)} ORDER BY asked_at LIMIT ${batchSize})`,
      wechatMessages: Prisma.sql`
        DELETE FROM wechat_messages WHERE hash IN (
          SELECT hash FROM wechat_messages WHERE received_at < ${before(wechatMessageSeconds)} ORDER BY received_at LIMIT ${batchSize})`,
      // A ban without an end stays.
      bannedIdentities: Prisma.sql`
        DELETE FROM banned_identities WHERE hash IN (
          SELECT hash FROM banned_identities WHERE until < now() ORDER BY until LIMIT ${batchSize})`,
    }[kind]
  }

  /** @returns how many rows went, or `null` while another instance deletes. */
  async function deleteBatch(statement: Prisma.Sql): Promise<number | null> {
    return prisma.$transaction(async (transaction) => {
      // The lock and the permission to delete from the audit log end with the transaction.
      const [lock] = await transaction.$queryRaw<{ ours: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended('retention', 0)) AS ours,
          set_config('audit.retention', 'on', true)`
      return lock?.ours ? transaction.$executeRaw(statement) : null
    })
  }

  return { round, close: rounds.close }
}
