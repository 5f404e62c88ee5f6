import { createHash } from 'node:crypto'
import pg from 'pg'
import { Prisma } from './generated/client.ts'

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
export function queryOn(connection: pg.Pool | pg.PoolClient): Query {
  return async <Row extends object>(strings: TemplateStringsArray, ...parameters: unknown[]) => {
    const { text, values } = Prisma.sql(strings, ...parameters)
    const { rows } = await connection.query<Row>({ name: statementName(text), text, values, types })
    return rows
  }
}

/** The same in a transaction of Prisma's client, for what both kinds of transaction do. */
export const queryIn =
  (transaction: Pick<Prisma.TransactionClient, '$queryRaw'>): Query =>
  (strings, ...values) =>
    transaction.$queryRaw(strings, ...values)

/** Runs `work` in a transaction, which ends with it: committed when it resolves, rolled back when it throws. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // The statement that is under way fails and says so; an event without a listener would end the process.
  client.on('error', ignore)
  let reusable = false
  try {
    await client.query('BEGIN')
    const result = await work(queryOn(client))
    await client.query('COMMIT')
    reusable = true
    return result
  } catch (error) {
    reusable = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    )
    throw error
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
