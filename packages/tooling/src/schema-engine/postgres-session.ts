import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { textOids } from './column-types.ts'

const connectTimeoutMs = 10_000

/** One session of a PostgreSQL, wherever it runs. */
export interface PostgresSession {
  /** One statement. The rows' values are in PostgreSQL's text form. */
  query(sql: string, parameters: unknown[]): Promise<QueryResult>
  /** Any number of statements, in one transaction unless they say otherwise. */
  run(script: string): Promise<void>
  close(): Promise<void>
}

interface QueryResult {
  columns: { name: string; oid: number }[]
  rows: (string | null)[][]
  affectedRows: number
}

/** A session in UTC, as those of the API: the engine reads times as if they had no offset. */
class UtcClient extends pg.Client {
  /** What the driver sends first; it has no option for other parameters. */
  protected getStartupConf(): Record<string, string> {
    const { getStartupConf } = pg.Client.prototype as unknown as UtcClient
    return { ...getStartupConf.call(this), TimeZone: 'UTC', DateStyle: 'ISO, MDY' }
  }
}

/** A session on the server that the URL names. */
export async function connectToServer(databaseUrl: string): Promise<PostgresSession> {
  const client = new UtcClient({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
    types: { getTypeParser: () => (text: string) => text },
  })
  await client.connect()
  return {
    async query(sql, parameters) {
      const query = { text: sql, values: parameters, rowMode: 'array' } as const
      const results = [await client.query<(string | null)[]>(query)].flat()
      // More than one if `prisma db execute` runs a script; nobody reads those.
      const { fields, rows, rowCount } = results[0] ?? { fields: [], rows: [], rowCount: 0 }
      return { columns: fields.map(toColumn), rows, affectedRows: rowCount ?? 0 }
    },
    async run(script) {
      await client.query(script)
    },
    close: () => client.end(),
  }
}

/** A session on a PostgreSQL of its own, in memory, which ends with it. */
export async function startInMemory(): Promise<PostgresSession> {
  const database = await createInMemory()
  const parsers = Object.fromEntries(textOids.map((oid) => [oid, (text: string) => text]))
  return {
    async query(sql, parameters) {
      const { fields, rows, affectedRows } = await database.query<(string | null)[]>(sql, parameters, {
        rowMode: 'array',
        parsers,
      })
      return { columns: fields.map(toColumn), rows, affectedRows: affectedRows ?? 0 }
    },
    async run(script) {
      await database.exec(script)
    },
    close: () => database.close(),
  }
}

let emptyDatabase: Promise<Blob> | undefined

/** Creating a database from nothing takes seconds, copying an empty one does not; one command may need five. */
async function createInMemory(): Promise<PGlite> {
  if (emptyDatabase) return PGlite.create({ loadDataDir: await emptyDatabase })
  const database = await PGlite.create()
  emptyDatabase = database.dumpDataDir('none')
  await emptyDatabase
  return database
}

function toColumn({ name, dataTypeID }: { name: string; dataTypeID: number }) {
  return { name, oid: dataTypeID }
}
