import { readFileSync } from 'node:fs'
import pg from 'pg'

/** What `DATABASE_URL` may say after its question mark, and what a value is refused with. */
const accepted: Record<string, (value: string) => string | null> = {
  application_name: () => null,
  host: (value) => (value.includes(',') ? 'names several hosts: name one' : null),
  port: (value) => (/^\d{1,5}$/.test(value) ? null : 'must be a number'),
  user: () => null,
  password: () => null,
  ssl: (value) => (value === 'true' ? null : 'must be true, or say sslmode=disable'),
  sslmode: (value) =>
    ['disable', 'no-verify', 'require', 'verify-ca', 'verify-full'].includes(value)
      ? null
      : 'must be verify-full, no-verify (encrypted, but from whom is not checked) or disable',
  sslrootcert: faultOfFile,
  sslcert: faultOfFile,
  sslkey: faultOfFile,
  uselibpqcompat: (value) => (value === 'true' ? null : 'must be true, or be left out'),
}

/** What people are used to from elsewhere, and what to do here instead. */
const instead: Record<string, string> = {
  schema: 'the API uses the schema public, so give it a database of its own',
  options: 'set it for the role: ALTER ROLE … SET …; the schema is public',
  search_path: 'the API uses the schema public, so give it a database of its own',
  timezone: 'every connection runs in UTC',
  client_encoding: 'every connection uses UTF8',
  connection_limit: 'each instance opens up to 10 connections',
  pool_timeout: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  connect_timeout: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  connectiontimeoutmillis: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  socket_timeout: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  statement_timeout: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  query_timeout: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  lock_timeout: 'the limits follow from how long the mini program waits, see docs/deploy.md',
  idle_in_transaction_session_timeout:
    'the limits follow from how long the mini program waits, see docs/deploy.md',
  pgbouncer: 'nothing has to be said here; see docs/deploy.md for what PgBouncer needs',
  sslaccept: 'say sslmode=no-verify or sslmode=verify-full',
  sslidentity: 'say sslcert and sslkey',
  target_session_attrs: 'the API takes no server that it cannot write to',
  dbname: 'the database stands before the question mark: postgresql://user:password@host:5432/database',
  database: 'the database stands before the question mark: postgresql://user:password@host:5432/database',
}

/**
 * A PostgreSQL server's URL as the driver takes it, or what is wrong with it, without any value that may be secret. A
 * parameter that would change nothing, or break something, is refused by its name.
 */
export function parseDatabaseUrl(text: string): { url: string } | string {
  if (!URL.canParse(text))
    return 'must be postgresql://user:password@host:5432/database with one host; write special characters of the password as %40 and the like'
  const url = new URL(text)
  const names = [...url.searchParams.keys()]
  for (const [name, value] of url.searchParams) {
    const check = Object.hasOwn(accepted, name) ? accepted[name] : undefined
    if (check === undefined) return unknownParameter(name)
    const fault = names.indexOf(name) !== names.lastIndexOf(name) ? 'is there twice' : check(value)
    if (fault) return `has the parameter "${name}", which ${fault}`
  }
  const { searchParams } = url
  if (searchParams.has('sslcert') !== searchParams.has('sslkey'))
    return 'has one of the parameters "sslcert" and "sslkey", which belong together'
  // The driver takes these for verify-full, and says with each start that it will not for ever.
  const mode = searchParams.get('sslmode')
  if ((mode === 'require' || mode === 'verify-ca') && !searchParams.has('uselibpqcompat'))
    searchParams.set('sslmode', 'verify-full')
  try {
    new pg.Client({ connectionString: url.href })
  } catch {
    return 'cannot be read: write special characters of the user and the password as %40 and the like'
  }
  return { url: url.href }
}

function unknownParameter(name: string): string {
  const known = Object.keys(accepted).join(', ')
  const hint = instead[name.toLowerCase()] ?? `it takes ${known}`
  return `has the parameter "${name.replaceAll(/[^\w.-]/g, '?').slice(0, 50)}", which would change nothing or break something: leave it out; ${hint}`
}

function faultOfFile(path: string): string | null {
  try {
    if (readFileSync(path, 'utf8').includes('-----BEGIN ')) return null
    return `must name a PEM file, which "${path}" is not`
  } catch (error) {
    return `names a file that cannot be read: "${path}" (${(error as NodeJS.ErrnoException).code})`
  }
}
