import { createHash } from 'node:crypto'
import pg from 'pg'
import { timeBudget } from '../../config/time-budget.ts'
import { Prisma } from './generated/client.ts'
import { retryConflicts } from './retry.ts'

const { silenceMs } = timeBudget.database

/**
 * Runs raw SQL as a prepared statement, past Prisma's client: for the paths that every login and every request takes.
 * As in Prisma's `$queryRaw`, every `${…}` becomes a parameter, and a fragment of `Prisma.sql` becomes SQL.
 * Times and days are `Date`, days at midnight UTC; a `bigint` is a string.
 */
export type Query = <Row extends object = never>(
  strings: TemplateStringsArray,
  ...values: unknown[]
) => Promise<Row[]>

/** Runs statements on a pool, each on any connection, or on the one connection of a transaction. */
export function queryOn(
  connection: pg.Pool | pg.PoolClient,
  { statementMs }: TransactionOptions = {},
): Query {
  const limit = statementMs === undefined ? {} : { query_timeout: statementMs + silenceMs }
  const run = async <Row extends object>(text: string, values: unknown[]) => {
    const query = { name: statementName(text), text, values, types, ...limit }
    return (await connection.query<Row>(query)).rows
  }
  return <Row extends object>(strings: TemplateStringsArray, ...parameters: unknown[]) => {
    const { text, values } = Prisma.sql(strings, ...parameters)
    // In a transaction it is the whole transaction that has to run again.
    return connection instanceof pg.Pool
      ? retryConflicts(() => run<Row>(text, values))
      : run<Row>(text, values)
  }
}

/** The same in a transaction of Prisma's client, for what both kinds of transaction do. */
export const queryIn =
  (transaction: Pick<Prisma.TransactionClient, '$queryRaw'>): Query =>
  (strings, ...values) =>
    transaction.$queryRaw(strings, ...values)

/** `statementMs`: how long each statement may take, for work that no request waits for. */
export type TransactionOptions = { statementMs?: number }

/** Runs `work` in a transaction, which ends with it: committed when it resolves, rolled back when it throws. */
export function inTransaction<Result>(
  pool: pg.Pool,
  work: (query: Query) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  return withConnection(pool, async (client, keep) => {
    try {
      await client.query('BEGIN')
      if (options.statementMs !== undefined)
        await client.query(`SET LOCAL statement_timeout = ${Math.round(options.statementMs)}`)
      const result = await work(queryOn(client, options))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').then(keep, ignore)
      throw error
    }
  })
}

/** Lends a connection to `work`. One whose work failed is closed, unless `keep` was called: its state is not known. */
export async function withConnection<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, keep: () => void) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // The statement that is under way fails and says so; an event without a listener would end the process.
  client.on('error', ignore)
  let reusable = false
  const keep = () => {
    reusable = true
  }
  try {
    const result = await work(client, keep)
    keep()
    return result
  } finally {
    client.off('error', ignore)
    client.release(!reusable)
  }
}

const ignore = () => {}

/** The driver would take a day for midnight in the time zone of this process. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.DATE
      ? (day: string) => new Date(`${day}T00:00:00Z`)
      : pg.types.getTypeParser(oid, format as 'text'),
}

/** Names make PostgreSQL keep the plan of a statement; the same SQL always gets the same name. */
export function statementName(sql: string): string {
  let name = statementNames.get(sql)
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 24)
    if (statementNames.size < maximumStatementNames) statementNames.set(sql, name)
  }
  return name
}
const statementNames = new Map<string, string>()
/** Far above the number of statements we have; a bound all the same, since an IN list makes a new one per length. */
const maximumStatementNames = 1000
