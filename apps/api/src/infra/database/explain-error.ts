import type { DatabaseConfig } from '../../config/config.ts'
import { RightsError } from './check-rights.ts'
import { SessionError } from './connection.ts'
import { codesOf } from './errors.ts'
import { MigrationError } from './migrate.ts'

/** The database cannot be used. The message is one line that says what to change, without the password. */
export class DatabaseError extends Error {}

/** Runs work while a database is opened. @throws DatabaseError instead of the driver's error. */
export async function explainingErrors<Result>(
  config: DatabaseConfig,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw explain(config, error as Error)
  }
}

function explain(config: DatabaseConfig, error: Error): Error {
  const line = reasonOf(config, error)
  return line === null ? error : new DatabaseError(line.replaceAll(/\s+/g, ' '), { cause: error })
}

function reasonOf(config: DatabaseConfig, error: Error): string | null {
  const codes = codesOf(error)
  if (error instanceof MigrationError) return explainMigration(error, codes)
  if (error instanceof SessionError || error instanceof RightsError) return error.message
  if (!('url' in config)) return null
  const explained = explainConnection(placeOf(config.url), codes, error.message)
  return explained && `DATABASE_URL: ${explained}`
}

/** `42501`: insufficient privilege; `25006`: read-only. */
function explainMigration({ message }: MigrationError, codes: string[]): string {
  if (codes.includes('42501'))
    return `${message}. The role of DATABASE_URL may not change the schema: apply the migrations with \`node dist/migrate.js\` and a DATABASE_URL of the role that owns the database`
  if (codes.includes('25006'))
    return `${message}. The database is read-only: let DATABASE_URL name the primary`
  return message
}

type Place = { host: string; server: string; user: string; hasPassword: boolean; database: string }

function placeOf(url: string): Place {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const host = searchParams.get('host') ?? (hostname || 'localhost')
  return {
    host,
    server: `${host}:${searchParams.get('port') ?? (port || '5432')}`,
    user: decode(searchParams.get('user') ?? username),
    hasPassword: (searchParams.get('password') ?? password) !== '',
    database: decode(pathname.slice(1)),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function explainConnection(place: Place, codes: string[], message: string): string | null {
  for (const code of codes) {
    const explained = explainCode(code, place, message)
    if (explained !== null) return explained
  }
  const { server } = place
  if (/does not support SSL/.test(message))
    return `${server} speaks no TLS: turn ssl on there, or say sslmode=disable if the way to it is safe`
  if (/SASL|password must be a string/.test(message)) return explainPassword(place)
  if (/timeout|terminated/i.test(message))
    return `${server} does not respond: correct the host and the port, or let a firewall pass the connection`
  return null
}

function explainPassword({ server, user, hasPassword }: Place): string {
  return hasPassword
    ? `${server} rejects the password of ${user}: correct it; special characters are written as %40 and the like`
    : `${server} asks for the password of ${user || 'a user'}, and there is none: postgresql://user:password@host:5432/database`
}

function explainCode(code: string, place: Place, message: string): string | null {
  const { host, server, user, database } = place
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host ${host} is not found: correct its name, or the DNS of this machine`
    case 'ECONNREFUSED':
    case 'ENOENT':
      return `nothing listens on ${server}: start PostgreSQL there, or correct the host and the port`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${server} is for other hosts: name the host as the certificate does, or have one made for ${host}`
    case 'CERT_HAS_EXPIRED':
      return `the certificate of ${server} has expired: renew it`
    case 'ECONNRESET':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `${server} does not respond (${code}): correct the host and the port, or let a firewall pass the connection`
    case '28P01':
      return explainPassword(place)
    case '28000':
      return /no pg_hba\.conf entry|no encryption/.test(message)
        ? `${server} lets ${user} not into ${database} from here: add a line to its pg_hba.conf, or connect by TLS with sslmode=verify-full`
        : `${server} rejects the login of ${user}: CREATE ROLE … LOGIN, or correct the name`
    case '3D000':
      return `there is no database ${database} on ${server}: CREATE DATABASE, or correct the name`
    case '42501':
      return `the role ${user} lacks a right: ${message}`
    case '53300':
      return `${server} has no free connection: raise its max_connections, or end others`
    case '57P03':
      return `${server} is starting up or stopping: try again in a moment`
    case '08P01':
      return /startup parameter/.test(message)
        ? `${server} is a pooler that rejects a setting (${message}): add it to ignore_startup_parameters, see docs/deploy.md`
        : `${server} rejects the connection: ${message}`
  }
  if (/^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA)/.test(code))
    return `the certificate of ${server} cannot be verified (${code}): add sslrootcert=<file of its CA> to the URL, or name that file in NODE_EXTRA_CA_CERTS`
  return null
}
