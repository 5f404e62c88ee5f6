/**
 * Stands for a PostgreSQL in memory that ends with the command. Prisma requires a URL and shows its parts to the
 * developer: PostgreSQL database "throwaway" at "in-memory".
 */
export const throwawayDatabaseUrl = 'postgresql://in-memory/throwaway'

export function isThrowaway(databaseUrl: string): boolean {
  return databaseUrl === throwawayDatabaseUrl
}
