import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import pg from 'pg'
import { InvalidValue } from './value-types.ts'

/** Where the data lives: a PostgreSQL server, or PGlite inside this process in a folder of its own. */
export type DatabaseConfig = { url: string } | { folder: string }

/** The parameters that `DATABASE_URL` accepts, each with the issue of a value. */
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
      : 'must be verify-full, no-verify (encrypted, without checking the certificate) or disable',
  sslrootcert: findFileIssue,
  sslcert: findFileIssue,
  sslkey: findFileIssue,
  uselibpqcompat: (value) => (value === 'true' ? null : 'must be true, or be left out'),
}

/** Parameters that other drivers know, and what to do here instead. */
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

/** Parses `DATABASE_URL`: `postgresql://…` or `pglite:<folder>`. @throws InvalidValue */
export function parseDatabaseUrl(text: string): DatabaseConfig {
  if (/^postgres(ql)?:\/\/./.test(text)) return { url: parseServerUrl(text) }
  const folder = /^pglite:(.+)$/.exec(text)?.[1]
  if (folder) return { folder: resolve(folder) }
  throw new InvalidValue('must be postgresql://… or pglite:<folder>')
}

/** A parameter that would change nothing, or break something, is rejected by its name; values may be secret. */
function parseServerUrl(text: string): string {
  if (!URL.canParse(text))
    throw new InvalidValue(
      'must be postgresql://user:password@host:5432/database with one host; write special characters of the password as %40 and the like',
    )
  const url = new URL(text)
  const names = [...url.searchParams.keys()]
  for (const [name, value] of url.searchParams) {
    const check = Object.hasOwn(accepted, name) ? accepted[name] : undefined
    if (check === undefined) throw new InvalidValue(describeUnknownParameter(name))
    const issue = names.indexOf(name) !== names.lastIndexOf(name) ? 'is there twice' : check(value)
    if (issue) throw new InvalidValue(`has the parameter "${name}", which ${issue}`)
  }
  const { searchParams } = url
  if (searchParams.has('sslcert') !== searchParams.has('sslkey'))
    throw new InvalidValue('has one of the parameters "sslcert" and "sslkey", which belong together')
  // The driver treats these as verify-full, and warns at each start that this will change.
  const mode = searchParams.get('sslmode')
  if ((mode === 'require' || mode === 'verify-ca') && !searchParams.has('uselibpqcompat'))
    searchParams.set('sslmode', 'verify-full')
  try {
    new pg.Client({ connectionString: url.href })
  } catch {
    throw new InvalidValue(
      'cannot be read: write special characters of the user and the password as %40 and the like',
    )
  }
  return url.href
}

function describeUnknownParameter(name: string): string {
  const known = Object.keys(accepted).join(', ')
  const hint = instead[name.toLowerCase()] ?? `it takes ${known}`
  return `has the parameter "${name.replaceAll(/[^\w.-]/g, '?').slice(0, 50)}", which would change nothing or break something: leave it out; ${hint}`
}

function findFileIssue(path: string): string | null {
  try {
    if (readFileSync(path, 'utf8').includes('-----BEGIN ')) return null
    return `must name a PEM file, which "${path}" is not`
  } catch (error) {
    return `names a file that cannot be read: "${path}" (${(error as NodeJS.ErrnoException).code})`
  }
}
