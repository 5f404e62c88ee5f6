import type { Query } from './query.ts'

/**
 * Waits until nobody else holds one of these names, and holds them to the end of the transaction. In sorted order, so
 * that no two transactions wait for each other; and before any row is locked, for the same reason.
 */
export async function lockNames(query: Query, names: string[]): Promise<void> {
  // In FROM, since Prisma cannot read the nothing that the function returns.
  for (const name of [...new Set(names)].sort())
    await query`SELECT FROM pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}
