import { expect } from 'vitest'
import type { Database } from '../../src/infra/database/client.ts'

/**
 * Starts a request and resolves once it waits for a lock of another transaction. Statements that waited before are not
 * counted. The response stands in an object, since it comes only after that transaction.
 */
export async function waitUntilBlocked<Result>(
  database: Database,
  begin: () => Promise<Result>,
): Promise<{ answer: Promise<Result> }> {
  const before = new Set(await waitersOf(database))
  const answer = begin()
  await expect
    .poll(async () => (await waitersOf(database)).filter((waiter) => !before.has(waiter)), {
      timeout: 10_000,
      message: 'waits for a lock',
    })
    .not.toEqual([])
  return { answer }
}

/**
 * Runs requests so that each has started when the next one arrives and none has committed. All of them write to the audit
 * log: a lock on it stops them halfway and releases them in this order.
 */
export async function interleave<Result>(
  database: Database,
  ...requests: (() => Promise<Result>)[]
): Promise<Result[]> {
  const begun = await database.transaction(async (query) => {
    await query`LOCK TABLE audit_events IN SHARE MODE`
    const begun: { answer: Promise<Result> }[] = []
    for (const request of requests) begun.push(await waitUntilBlocked(database, request))
    return begun
  })
  return Promise.all(begun.map(({ answer }) => answer))
}

/** The statements in this database that wait for a lock. */
async function waitersOf(database: Database): Promise<string[]> {
  const rows = await database.query<{ waiter: string }>`
    SELECT pid || ' since ' || query_start AS waiter FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return rows.map(({ waiter }) => waiter)
}
