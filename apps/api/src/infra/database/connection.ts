import pg from 'pg'
import { timeBudget } from '../../config/time-budget.ts'
import { OwnError } from '../../utils/safe-error.ts'

/** What every session asks for when it begins; stronger than what the operator set for the server, database or role. */
const sessionParameters = {
  // Prisma's adapter writes times without an offset, and reads them as if the offset were zero.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  client_encoding: 'UTF8',
}

/**
 * A connection whose session runs in UTC. PgBouncer knows these parameters and keeps them in every mode, which it does
 * for neither `options` nor a `SET`.
 */
export class DatabaseClient extends pg.Client {
  /** Set when the server refused to write: another server may be the primary by now. */
  isReadOnly = false

  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter }
    connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (code === readOnlyTransaction) this.isReadOnly = true
    })
  }

  /** What the driver sends first; it has no option for other parameters. */
  protected getStartupConf(): Record<string, string> {
    const { getStartupConf } = pg.Client.prototype as unknown as DatabaseClient
    return { ...getStartupConf.call(this), ...sessionParameters }
  }
}

const readOnlyTransaction = '25006'

/** The pool of one database. `timeouts`: whether the sessions have the limits of the time budget. */
export function createPool(
  connection: pg.ClientConfig,
  { max, timeouts }: { max: number; timeouts: boolean },
): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    Client: DatabaseClient,
    max,
    connectionTimeoutMillis: timeBudget.database.connectMs,
    onConnect: (client: pg.ClientBase) => checkSession(client, { timeouts }),
  } as pg.PoolConfig)
  pool.on('release', (_error, client) => {
    // A reconnect finds the new primary, or the same server when it may write again.
    if ((client as unknown as DatabaseClient).isReadOnly) void (client as unknown as pg.Client).end()
  })
  return pool
}

/** This session cannot be used. The message says what to change, and is in our words alone. */
export class SessionError extends OwnError {
  /** PostgreSQL's name for a connection that was refused. */
  readonly code = '08004'
}

type Session = {
  zone: string
  date_style: string
  isolation: string
  schema: string | null
  is_replica: boolean
  statement_ms: number
  idle_ms: number
}

/**
 * Refuses a session whose settings would make the SQL mean something else: an operator or a pooler may have changed them.
 *
 * @throws SessionError that says what to change.
 */
export async function checkSession(
  client: Pick<pg.ClientBase, 'query'>,
  { timeouts }: { timeouts: boolean },
): Promise<void> {
  const { rows } = await client.query<Session>({
    text: `SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS date_style,
      current_setting('default_transaction_isolation') AS isolation, current_schema() AS schema,
      pg_is_in_recovery() AS is_replica,
      ${milliseconds('statement_timeout')} AS statement_ms,
      ${milliseconds('idle_in_transaction_session_timeout')} AS idle_ms`,
    query_timeout: timeBudget.database.checkMs,
  } as pg.QueryConfig)
  const fault = rows[0] && faultOf(rows[0], timeouts)
  if (fault) throw new SessionError(fault)
}

const milliseconds = (setting: string) =>
  `(extract(epoch FROM current_setting('${setting}')::interval) * 1000)::float8`

function faultOf(session: Session, timeouts: boolean): string | null {
  const { zone, date_style, isolation, schema, is_replica, statement_ms, idle_ms } = session
  if (is_replica) return 'the database is a read-only replica: let DATABASE_URL name the primary'
  if (!/^(Etc\/)?UTC$/i.test(zone))
    return `the database's sessions run in the time zone ${zone} instead of UTC, so a pooler drops the setting: let it pass TimeZone on, or ALTER ROLE … SET timezone = 'UTC'`
  if (!date_style.startsWith('ISO'))
    return `the database's sessions have the DateStyle ${date_style} instead of ISO: ALTER ROLE … SET datestyle = 'ISO'`
  if (isolation !== 'read committed')
    return `the database's sessions begin with the isolation level ${isolation}: ALTER ROLE … SET default_transaction_isolation = 'read committed'`
  if (schema !== 'public')
    return `the database's sessions use the schema ${schema ?? 'of no name'}, and the API only public: ALTER ROLE … SET search_path = public, and let the role use it`
  if (!timeouts) return null
  const { statementMs } = timeBudget.database
  for (const [name, value] of [
    ['statement_timeout', statement_ms],
    ['idle_in_transaction_session_timeout', idle_ms],
  ] as const) {
    if (value === 0 || value > statementMs)
      return `the database's sessions have a ${name} of ${value} ms instead of ${statementMs}, so a pooler drops the setting: ALTER ROLE … SET ${name} = '${statementMs}ms'`
  }
  return null
}
