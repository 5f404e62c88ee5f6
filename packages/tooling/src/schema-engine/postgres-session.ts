import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { textOids } from './column-types.ts'

const connectTimeoutMs = 10_000

/** One PostgreSQL session, on a server or embedded. */
export interface PostgresSession {
  /** One statement. The rows' values are in PostgreSQL's text form. */
  query(sql: string, parameters: unknown[]): Promise<QueryResult>
  /** Any number of statements, by default in one transaction. */
  run(script: string): Promise<void>
  close(): Promise<void>
}

interface QueryResult {
  columns: { name: string; oid: number }[]
  rows: (string | null)[][]
  affectedRows: number
}

/** A session in UTC, like the API's, since the engine ignores the offset of times. */
class UtcClient extends pg.Client {
  /** The driver's start-up message; the driver has no option for other parameters. */
  protected getStartupConf(): Record<string, string> {
    const { getStartupConf } = pg.Client.prototype as unknown as UtcClient
    return { ...getStartupConf.call(this), TimeZone: 'UTC', DateStyle: 'ISO, MDY' }
  }
}

/** A session on the server of the URL. */
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
      // `prisma db execute` with a script returns several results, which are not read.
      const { fields, rows, rowCount } = results[0] ?? { fields: [], rows: [], rowCount: 0 }
      return { columns: fields.map(toColumn), rows, affectedRows: rowCount ?? 0 }
    },
    async run(script) {
      await client.query(script)
    },
    close: () => client.end(),
  }
}

/** A session on its own PostgreSQL in memory, which ends with the session. */
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

/** One command may need five databases. Copying an empty one is fast, creating one takes seconds. */
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
