import type { Database } from '../database/database.ts'

/**
 * The sessions that ended while an access token of theirs may still be alive. Kept in memory, so that an
 * authenticated request costs no query, and read from the database at the start, so that a restart forgets none.
 */
export type Revocations = {
  add(sessionId: string): void
  has(sessionId: string): boolean
}

export async function loadRevocations(
  database: Database,
  accessTokenLifetimeSeconds: number,
): Promise<Revocations> {
  const lifetimeMs = accessTokenLifetimeSeconds * 1000
  const revokedAtBySession = new Map<string, number>()

  const sessions = await database.prisma.session.findMany({
    where: { revokedAt: { gt: new Date(Date.now() - lifetimeMs) } },
    select: { id: true, revokedAt: true },
    orderBy: { revokedAt: 'asc' },
  })
  for (const { id, revokedAt } of sessions) if (revokedAt) revokedAtBySession.set(id, revokedAt.getTime())

  /** A Map keeps the order of insertion, so the oldest come first. */
  function forgetExpired() {
    for (const [sessionId, revokedAt] of revokedAtBySession) {
      if (revokedAt > Date.now() - lifetimeMs) return
      revokedAtBySession.delete(sessionId)
    }
  }

  return {
    add(sessionId) {
      forgetExpired()
      revokedAtBySession.set(sessionId, Date.now())
    },
    has: (sessionId) => revokedAtBySession.has(sessionId),
  }
}
