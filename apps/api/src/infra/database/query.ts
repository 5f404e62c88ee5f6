import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { timeBudget } from '../../config/time-budget.ts'
import { isConflict } from './errors.ts'
import { Prisma } from './generated/client.ts'

const { silenceMs } = timeBudget.database

/**
 * Runs raw SQL as a prepared statement, bypassing Prisma's client, for the hot paths. As in `$queryRaw`, `${…}` becomes a
 * parameter and a fragment of `Prisma.sql` becomes SQL. Dates are `Date` at midnight UTC; a `bigint` is a string.
 */
export type Query = <Row extends object = never>(
  strings: TemplateStringsArray,
  ...values: unknown[]
) => Promise<Row[]>

/** Runs statements on any connection of a pool, or on the one connection of a transaction. */
export function poolQuery(
  connection: pg.Pool | pg.PoolClient,
  { statementMs }: TransactionOptions = {},
): Query {
  const limit = statementMs === undefined ? {} : { query_timeout: statementMs + silenceMs }
  const run = async <Row extends object>({ name, text }: Statement, values: unknown[]) =>
    (await connection.query<Row>({ name, text, values, types, ...limit })).rows
  return <Row extends object>(strings: TemplateStringsArray, ...parameters: unknown[]) => {
    const statement = statementOf(strings, parameters)
    const values = valuesOf(parameters)
    // In a transaction the whole transaction has to be retried instead.
    return connection instanceof pg.Pool
      ? retryConflicts(() => run<Row>(statement, values))
      : run<Row>(statement, values)
  }
}

/** `fragments`: the SQL of each parameter, `null` where it is a value. */
type Statement = { name: string; text: string; fragments: (readonly string[] | null)[] }

/** Assembled once per template, and again where a fragment differs from the one of the time before. */
function statementOf(strings: TemplateStringsArray, parameters: unknown[]): Statement {
  const known = statements.get(strings)
  if (known?.fragments.every((sql, index) => hasSql(parameters[index], sql))) return known
  const { text } = Prisma.sql(strings, ...parameters)
  const fragments = parameters.map((parameter) => (isFragment(parameter) ? parameter.strings : null))
  const statement = { name: statementName(text), text, fragments }
  statements.set(strings, statement)
  return statement
}
const statements = new WeakMap<TemplateStringsArray, Statement>()

const isFragment = (parameter: unknown): parameter is Prisma.Sql => parameter instanceof Prisma.Sql

function hasSql(parameter: unknown, sql: readonly string[] | null): boolean {
  if (!isFragment(parameter)) return sql === null
  return (
    sql?.length === parameter.strings.length && sql.every((part, index) => part === parameter.strings[index])
  )
}

const valuesOf = (parameters: unknown[]): unknown[] =>
  parameters.flatMap((parameter) => (isFragment(parameter) ? parameter.values : [parameter]))

/** The same in a transaction of Prisma's client. */
export const prismaQuery =
  (transaction: Pick<Prisma.TransactionClient, '$queryRaw'>): Query =>
  (strings, ...values) =>
    transaction.$queryRaw(strings, ...values)

/** `statementMs`: the timeout of each statement, for work that no request waits for. */
export type TransactionOptions = { statementMs?: number }

/** Runs `work` in a transaction: committed when it resolves, rolled back when it throws. */
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
      const result = await work(poolQuery(client, options))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK').then(keep, ignore)
      throw error
    }
  })
}

const maximumAttempts = 3
const maximumPauseMs = 50

/** Retries a whole transaction or a single statement that PostgreSQL rolled back, such as after a deadlock. */
export async function retryConflicts<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt === maximumAttempts || !isConflict(error)) throw error
      // Random, or two transactions would collide again.
      await sleep(Math.random() * maximumPauseMs * attempt)
    }
  }
}

/** Lends a connection to `work`. After a failure its state is unknown, so it is closed unless `keep` was called. */
export async function withConnection<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, keep: () => void) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // The running statement rejects anyway; an error event without a listener would end the process.
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

/** The driver would parse a date as midnight in the time zone of this process. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.DATE
      ? (day: string) => new Date(`${day}T00:00:00Z`)
      : pg.types.getTypeParser(oid, format as 'text'),
}

/** A name makes PostgreSQL cache the plan of a statement; the same SQL always gets the same name. */
export function statementName(sql: string): string {
  let name = statementNames.get(sql)
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 24)
    if (statementNames.size < maximumStatementNames) statementNames.set(sql, name)
  }
  return name
}
const statementNames = new Map<string, string>()
/** Far above the number of statements, but bounded: an IN list makes a new statement per length. */
const maximumStatementNames = 1000
