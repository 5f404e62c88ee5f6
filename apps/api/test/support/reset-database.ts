import pg from 'pg'

type State = { tables: string; schema: string }

let schemaOfMigrations: string | undefined

/**
 * Empties all tables.
 *
 * @returns false when a test has left the schema changed: then no other test can use the database.
 */
export async function resetDatabase(connection: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rows } = await client.query<State>(`
      SELECT
        (SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
          WHERE schemaname = 'public' AND tablename <> '_prisma_migrations') AS tables,
        md5(concat(
          (SELECT string_agg(concat(attrelid::regclass, attname, atttypid, attnotnull), ',' ORDER BY attrelid, attnum)
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped),
          (SELECT string_agg(concat(conrelid::regclass, conname), ',' ORDER BY conrelid, conname) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace)
        )) AS schema`)
    const [state] = rows
    if (!state) return false
    schemaOfMigrations ??= state.schema
    if (state.schema !== schemaOfMigrations) return false
    // The trigger that keeps the audit log append-only does not fire for a replica.
    await client.query(
      `SET session_replication_role = replica; TRUNCATE ${state.tables} RESTART IDENTITY CASCADE`,
    )
    return true
  } finally {
    await client.end()
  }
}
