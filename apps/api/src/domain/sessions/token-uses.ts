import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import type { VerifiedClaims } from './access-tokens.ts'
import { evaluateUse, type RefreshState, type TokenUse } from './refresh-rule.ts'
import { refreshStateColumns, storeRefreshState } from './refresh-state.ts'
import type { SessionRevoker } from './revoker.ts'

/**
 * Records that the response of a refresh was received, since its access token was used. Kept in memory and written in
 * batches, once per refresh and instance. Entries lost in a crash let a client repeat a refresh for longer.
 */
export type TokenUses = {
  add(claims: VerifiedClaims): void
  /** Resolves when all entries of a session are written. */
  flush(sessionId: string): Promise<void>
  /** Writes the remaining entries. */
  close(): Promise<void>
}

type SessionTokenUse = TokenUse & { sessionId: string }

const writeEveryMs = 500
const retryAfterMs = 2000
/** Some 150 bytes each. An evicted one is recorded again, which changes nothing. */
const maximumKnown = 50_000
const maximumPending = 10_000

export function createTokenUses({
  database: { query, transaction },
  revoker,
  log,
}: {
  database: Pick<Database, 'query' | 'transaction'>
  revoker: Pick<SessionRevoker, 'revokeSessions'>
  log: FastifyBaseLogger
}): TokenUses {
  const known = new Set<string>()
  let pending = new Map<string, SessionTokenUse[]>()
  let writing: typeof pending = new Map()
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null

  function writeLater(delayMs: number): void {
    timer ??= setTimeout(() => {
      timer = null
      write().catch((error: unknown) => {
        log.warn({ err: error }, 'the use of access tokens could not be recorded')
        writeLater(retryAfterMs)
      })
    }, delayMs).unref()
  }

  /** One batch at a time. */
  function write(): Promise<void> {
    const result = running.then(writePending)
    running = result.catch(() => undefined)
    return result
  }

  async function writePending(): Promise<void> {
    writing = pending
    pending = new Map()
    try {
      const uses = [...writing.values()].flat()
      const done = await writeFirstUses(uses)
      for (const use of uses) if (!done.has(keyOf(use))) await writeUse(use)
    } catch (error) {
      for (const [sessionId, uses] of writing)
        pending.set(sessionId, [...uses, ...(pending.get(sessionId) ?? [])])
      throw error
    } finally {
      writing = new Map()
    }
  }

  /** The usual case in one statement: the first response of a refresh. Locked rows are left to `writeUse`. */
  async function writeFirstUses(uses: SessionTokenUse[]): Promise<Set<string>> {
    const rows = await query<{ session_id: string; counter: number; repeat: number }>`
      WITH uses AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(uses)}::jsonb)
          AS uses("sessionId" uuid, counter integer, repeat integer, "issuedAt" timestamptz, at timestamptz)
      ), free AS (
        SELECT id FROM sessions WHERE id IN (SELECT "sessionId" FROM uses)
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
      )
      UPDATE sessions SET used_at = at, used_repeat = repeat, used_issued_at = "issuedAt"
      FROM uses, free
      WHERE sessions.id = "sessionId" AND sessions.id = free.id AND refresh_counter = counter AND repeat = 0
        AND used_at IS NULL AND repeats = 0 AND revoked_at IS NULL
      RETURNING sessions.id AS session_id, counter, repeat`
    return new Set(rows.map(({ session_id: sessionId, ...use }) => keyOf({ sessionId, ...use })))
  }

  async function writeUse(use: SessionTokenUse): Promise<void> {
    const { sessionId } = use
    const reusedBy = await transaction(async (query) => {
      const [state] = await query<RefreshState & { user_id: string }>`
        SELECT user_id, ${refreshStateColumns} FROM sessions
        WHERE id = ${sessionId}::uuid AND revoked_at IS NULL FOR NO KEY UPDATE`
      if (!state) return null
      const verdict = evaluateUse(state, use)
      if (typeof verdict === 'string') return state.user_id
      await storeRefreshState(query, sessionId, state, verdict)
      return null
    })
    if (reusedBy !== null) await revoker.revokeSessions(reusedBy, [sessionId], 'refresh_token_reused', {})
  }

  return {
    add({ sid: sessionId, ref: counter, rep: repeat, iat }) {
      // Issued by a login or a reissue, whose responses are never repeated.
      if (counter === undefined || repeat === undefined) return
      const use = { sessionId, counter, repeat, issuedAt: new Date(iat * 1000), at: new Date() }
      const key = keyOf(use)
      if (known.has(key) || pending.size >= maximumPending) return
      known.add(key)
      if (known.size > maximumKnown) known.delete(known.values().next().value as string)
      pending.set(sessionId, [...(pending.get(sessionId) ?? []), use])
      writeLater(writeEveryMs)
    },
    async flush(sessionId) {
      if (pending.has(sessionId) || writing.has(sessionId)) await write()
    },
    async close() {
      if (timer) clearTimeout(timer)
      if (pending.size > 0 || writing.size > 0)
        await write().catch((error: unknown) =>
          log.warn({ err: error }, 'the use of access tokens could not be recorded'),
        )
    },
  }
}

const keyOf = ({ sessionId, counter, repeat }: Pick<SessionTokenUse, 'sessionId' | 'counter' | 'repeat'>) =>
  `${sessionId}.${counter}.${repeat}`
