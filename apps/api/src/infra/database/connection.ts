import pg from 'pg'
import { timeBudget } from '../../config/time-budget.ts'
import { SafeError } from '../../utils/safe-error.ts'

/** Sent at connect; these override the settings of the server, database and role. */
const sessionParameters = {
  // Prisma's adapter writes timestamps without an offset, and reads them as UTC.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  client_encoding: 'UTF8',
}

/**
 * A connection whose session runs in UTC. PgBouncer tracks these startup parameters in every mode, unlike `options` or a
 * `SET`.
 */
export class DatabaseClient extends pg.Client {
  /** Set when the server rejected a write: another server may be the primary by now. */
  isReadOnly = false

  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter }
    connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (code === readOnlyTransaction) this.isReadOnly = true
    })
  }

  /** The driver has no option for further startup parameters. */
  protected getStartupConf(): Record<string, string> {
    const { getStartupConf } = pg.Client.prototype as unknown as DatabaseClient
    return { ...getStartupConf.call(this), ...sessionParameters }
  }
}

const readOnlyTransaction = '25006'

/** A database server, and how to stop it. */
export type DatabaseServer = {
  connection: pg.ClientConfig
  maximumConnections: number
  /** Whether its sessions have the timeouts of the time budget. */
  timeouts: boolean
  stop(): Promise<void>
}

/** @param timeouts whether the sessions have the timeouts of the time budget. */
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
    // A reconnect finds the new primary, or the same server once it accepts writes again.
    if ((client as unknown as DatabaseClient).isReadOnly) void (client as unknown as pg.Client).end()
  })
  return pool
}

/** This session cannot be used. The message says what to change. */
export class SessionError extends SafeError {
  /** PostgreSQL's code for a rejected connection. */
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
 * Rejects a session whose settings would change the meaning of the SQL: an operator or a pooler may have set them.
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
  const issue = rows[0] && issueOf(rows[0], timeouts)
  if (issue) throw new SessionError(issue)
}

const milliseconds = (setting: string) =>
  `(extract(epoch FROM current_setting('${setting}')::interval) * 1000)::float8`

function issueOf(session: Session, timeouts: boolean): string | null {
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
