import { ConfigError, loadDatabaseConfig } from '../config/config.ts'
import { migrateDatabase } from '../infra/database/client.ts'
import { DatabaseError } from '../infra/database/explain-error.ts'
import { findMigrationsFolder } from '../infra/database/migrate.ts'

/**
 * Applies missing migrations, with a role that may change the schema. It needs only DATABASE_URL. The API does the same at
 * its start, if its role may.
 */
async function main(): Promise<string[]> {
  const { applied, edited, unknown } = await migrateDatabase(loadDatabaseConfig(), findMigrationsFolder())
  return [
    ...applied.map((name) => `${name} applied`),
    ...edited.map((name) => `${name} was edited after it was applied`),
    ...unknown.map((name) => `${name} is in the database, and unknown to this version`),
    applied.length === 0 ? 'no migration was missing' : `${applied.length} applied`,
  ]
}

function explain(error: unknown): string[] {
  if (error instanceof ConfigError) return error.issues
  if (error instanceof DatabaseError) return [error.message]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}

try {
  process.stdout.write(`${(await main()).join('\n')}\n`)
} catch (error) {
  process.stderr.write(`${explain(error).join('\n')}\n`)
  process.exitCode = 1
}
