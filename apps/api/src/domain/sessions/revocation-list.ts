import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import type { Claims } from './access-tokens.ts'

/** Invalidates access tokens before they expire: those of a session, or those of a user below a version. */
export type Revocation = { sessionId: string } | { userId: string; minimumTokenVersion: number }

/**
 * The revoked access tokens, in memory, so that an authenticated request costs no query. Reread from the database every
 * half second, so that the revocations of other instances are known within a second.
 */
export type RevocationList = {
  /** Takes effect on this instance at once. To be called after the transaction has committed. */
  add(revocation: Revocation): void
  /** `unknown` when the list is stale: then the database has to be queried. */
  check(claims: Claims): 'valid' | 'revoked' | 'unknown'
  /** Milliseconds since the list was last read. */
  ageMs(): number
  /** Stops polling, and waits for a running poll. */
  close(): Promise<void>
}

const pollEveryMs = 500
/** An older list does not contain the latest revocations. */
const staleAfterMs = 3000
/** A row has the time of its statement but becomes visible at the commit, up to a statement and transaction timeout later. */
const lateCommitSeconds = 30
/**
 * How much longer than its lifetime a token may be accepted: it may be issued up to a minute in the future, and is
 * accepted for a minute after it expired.
 */
const clockToleranceSeconds = 2 * 60

/** The next read has every row from here on: of a transaction that was still running, or had not begun. */
type Position = { server: string; xmin: string }

type Row = Position & {
  session_id: string | null
  user_id: string | null
  minimum_token_version: number | null
}

/** Reads the list once, then polls. Rejects when the first read fails. */
export async function openRevocationList({
  database: { prisma },
  accessTokenLifetimeSeconds,
  log,
}: {
  database: Database
  accessTokenLifetimeSeconds: number
  log: FastifyBaseLogger
}): Promise<RevocationList> {
  const tokenSeconds = accessTokenLifetimeSeconds + clockToleranceSeconds
  const memorySeconds = tokenSeconds + lateCommitSeconds
  const sessions = new Map<string, number>()
  const users = new Map<string, { minimumTokenVersion: number; until: number }>()
  let readAt = performance.now()
  let position = await read({ server: '', xmin: '0' })
  let closed = false
  let polling = Promise.resolve()
  let timer = pollLater()

  function pollLater(): NodeJS.Timeout {
    return setTimeout(() => {
      polling = poll()
    }, pollEveryMs).unref()
  }

  async function read({ server, xmin }: Position): Promise<Position> {
    const startedAt = performance.now()
    // Returns at least one row, for the position. After a failover or a restart transactions may have these numbers again.
    const rows = await prisma.$queryRaw<Row[]>`
      SELECT server, xmin, session_id, user_id, minimum_token_version
      FROM (
        SELECT pg_postmaster_start_time()::text AS server, pg_snapshot_xmin(pg_current_snapshot())::text AS xmin
      ) AS current
      LEFT JOIN revocations ON created_at > now() - make_interval(secs => ${memorySeconds})
        AND transaction_id >= (CASE WHEN server = ${server} THEN ${xmin}::text ELSE '0' END)::xid8`
    for (const { session_id, user_id, minimum_token_version } of rows) {
      if (session_id !== null) add({ sessionId: session_id })
      if (user_id !== null) add({ userId: user_id, minimumTokenVersion: minimum_token_version ?? 0 })
    }
    readAt = startedAt
    return rows[0] ? { server: rows[0].server, xmin: rows[0].xmin } : { server, xmin }
  }

  async function poll(): Promise<void> {
    try {
      position = await read(position)
      removeExpired()
    } catch (error) {
      log.warn({ err: error, ageMs: ageMs() }, 'the list of revocations could not be read')
    }
    if (!closed) timer = pollLater()
  }

  function add(revocation: Revocation): void {
    const until = Date.now() + tokenSeconds * 1000
    if ('sessionId' in revocation) {
      if (!sessions.has(revocation.sessionId)) sessions.set(revocation.sessionId, until)
      return
    }
    const { userId, minimumTokenVersion } = revocation
    if ((users.get(userId)?.minimumTokenVersion ?? 0) < minimumTokenVersion)
      users.set(userId, { minimumTokenVersion, until })
  }

  /** An entry can be removed once all its tokens have expired; one that is reread is harmless. */
  function removeExpired(): void {
    const now = Date.now()
    for (const [sessionId, until] of sessions) if (until < now) sessions.delete(sessionId)
    for (const [userId, { until }] of users) if (until < now) users.delete(userId)
  }

  const ageMs = () => performance.now() - readAt

  return {
    add,
    check({ sub, sid, ver }) {
      if (sessions.has(sid) || (users.get(sub)?.minimumTokenVersion ?? 0) > ver) return 'revoked'
      return ageMs() > staleAfterMs ? 'unknown' : 'valid'
    },
    ageMs,
    async close() {
      closed = true
      clearTimeout(timer)
      await polling
    },
  }
}
