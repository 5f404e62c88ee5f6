import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import type { Claims } from './access-tokens.ts'

/** What kills access tokens before their time: all of a session, or those of a user below a version. */
export type Revoked = { sessionId: string } | { userId: string; minimumTokenVersion: number }

/**
 * The access tokens that are dead before their time, as this instance knows them. Kept in memory, so that an
 * authenticated request costs no query; reread from the database every half second, so that what another instance
 * revoked is known within a second.
 */
export type RevocationList = {
  /** Known on this instance at once. To be called when the transaction that wrote it has committed. */
  add(revoked: Revoked): void
  /** `unknown` when the list could not be read for too long: then the database has to be asked. */
  look(claims: Claims): 'alive' | 'revoked' | 'unknown'
  /** Milliseconds since the list was last read. */
  ageMs(): number
  /** Reads no more, and waits for the reading that is under way. */
  close(): Promise<void>
}

const pollEveryMs = 500
/** A list that is older says nothing about what happened since. */
const staleAfterMs = 3000
/**
 * A row carries the time of its statement and appears when its transaction commits, which may be as late as that
 * transaction may last: the statement and transaction timeouts bound it. Each poll looks back further than that.
 */
const overlapSeconds = 30
/**
 * By how much a token may be accepted for longer than the life of one that is issued here now: it may say that it was
 * issued a minute from now, and is accepted for a minute beyond its life.
 */
const clockToleranceSeconds = 2 * 60

type Row = {
  now: Date
  session_id: string | null
  user_id: string | null
  minimum_token_version: number | null
}

/** Reads the list for the first time, then keeps it. Rejects when the database cannot be read. */
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
  const memorySeconds = tokenSeconds + overlapSeconds
  const sessions = new Map<string, number>()
  const users = new Map<string, { minimumTokenVersion: number; until: number }>()
  let readAt = performance.now()
  /** The database's clock at the last reading; every row is compared with that clock alone. */
  let databaseTime = await read(new Date(0))
  let closed = false
  let reading = Promise.resolve()
  let timer = pollLater()

  function pollLater(): NodeJS.Timeout {
    return setTimeout(() => {
      reading = poll()
    }, pollEveryMs).unref()
  }

  async function read(since: Date): Promise<Date> {
    const startedAt = performance.now()
    // One row at least, for the clock, also where nothing was revoked.
    const rows = await prisma.$queryRaw<Row[]>`
      SELECT now, session_id, user_id, minimum_token_version
      FROM (SELECT now() AS now) AS clock
      LEFT JOIN revocations ON created_at > GREATEST(${since}, now - make_interval(secs => ${memorySeconds}))`
    for (const { session_id, user_id, minimum_token_version } of rows) {
      if (session_id !== null) add({ sessionId: session_id })
      if (user_id !== null) add({ userId: user_id, minimumTokenVersion: minimum_token_version ?? 0 })
    }
    readAt = startedAt
    return rows[0]?.now ?? since
  }

  async function poll(): Promise<void> {
    try {
      databaseTime = await read(new Date(databaseTime.getTime() - overlapSeconds * 1000))
      forgetExpired()
    } catch (error) {
      log.warn({ err: error, ageMs: ageMs() }, 'the list of revocations could not be read')
    }
    if (!closed) timer = pollLater()
  }

  function add(revoked: Revoked): void {
    const until = Date.now() + tokenSeconds * 1000
    if ('sessionId' in revoked) {
      if (!sessions.has(revoked.sessionId)) sessions.set(revoked.sessionId, until)
      return
    }
    const { userId, minimumTokenVersion } = revoked
    if ((users.get(userId)?.minimumTokenVersion ?? 0) < minimumTokenVersion)
      users.set(userId, { minimumTokenVersion, until })
  }

  /** An entry may go once every token that it kills has expired; one that is reread comes back and is harmless. */
  function forgetExpired(): void {
    const now = Date.now()
    for (const [sessionId, until] of sessions) if (until < now) sessions.delete(sessionId)
    for (const [userId, { until }] of users) if (until < now) users.delete(userId)
  }

  const ageMs = () => performance.now() - readAt

  return {
    add,
    look({ sub, sid, ver }) {
      if (sessions.has(sid) || (users.get(sub)?.minimumTokenVersion ?? 0) > ver) return 'revoked'
      return ageMs() > staleAfterMs ? 'unknown' : 'alive'
    },
    ageMs,
    async close() {
      closed = true
      clearTimeout(timer)
      await reading
    },
  }
}
