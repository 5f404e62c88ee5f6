import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { parseDatabaseUrl } from '../../src/config/database-url.ts'

// Where the environment has TLS on by default, it shows that sslmode=disable is heeded.
process.env.PGSSLMODE = 'no-verify'
const base = 'postgresql://api:hunter2@db.internal:5432/api'
const folder = mkdtempSync(join(tmpdir(), 'database-url-'))
const pem = join(folder, 'ca.pem')
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n')
afterAll(() => rmSync(folder, { recursive: true }))

/** What the driver makes of a URL. */
function clientOf(text: string) {
  const { url } = parseDatabaseUrl(text) as { url: string }
  return new pg.Client({ connectionString: url }) as unknown as Record<string, unknown> & {
    connectionParameters: Record<string, unknown>
  }
}

function issueOf(url: string): string {
  try {
    parseDatabaseUrl(url)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('DATABASE_URL', () => {
  it.each([
    ['application_name=billing', { application_name: 'billing' }],
    ['host=/var/run/postgresql', { host: '/var/run/postgresql' }],
    ['port=6432', { port: 6432 }],
    ['user=other', { user: 'other' }],
    ['password=secret', { password: 'secret' }],
    ['ssl=true', { ssl: true }],
    ['sslmode=disable', { ssl: false }],
    ['sslmode=no-verify', { ssl: { rejectUnauthorized: false } }],
    ['sslmode=require', { ssl: {} }],
    ['sslmode=verify-ca', { ssl: {} }],
    ['sslmode=verify-full', { ssl: {} }],
    [`sslrootcert=${pem}`, { ssl: { ca: expect.stringContaining('CERTIFICATE') } }],
    [`sslcert=${pem}&sslkey=${pem}`, { ssl: { cert: expect.any(String) } }],
    ['sslmode=require&uselibpqcompat=true', { ssl: { rejectUnauthorized: false } }],
  ])('accepts the parameter %s, which the driver supports', (query, expected) => {
    expect(clientOf(`${base}?${query}`).connectionParameters).toMatchObject(expected)
  })

  it.each([
    ...['schema=app', 'options=-c%20search_path%3Dapp', 'search_path=app', 'timezone=Asia/Shanghai'],
    ...['connection_limit=5', 'pool_timeout=2', 'connect_timeout=3', 'pgbouncer=true', 'sslaccept=strict'],
    ...['statement_timeout=0', 'idle_in_transaction_session_timeout=0', 'query_timeout=0', 'lock_timeout=1'],
    ...['client_encoding=latin1', 'replication=database', 'binary=true', 'fallback_application_name=x'],
    ...['target_session_attrs=any', 'channel_binding=require', 'dbname=other', 'database=other', 'max=99'],
    ...['keepalives=1', 'keepAlive=true', 'sslpassword=x', 'toString=x', 'whatever=1'],
    ...[
      'ssl=false',
      'ssl=0',
      'sslmode=prefer',
      'sslmode=allow',
      'sslmode=',
      'sslmode=disable&sslmode=disable',
    ],
    ...['host=a,b', 'port=x', 'sslrootcert=/nowhere', 'sslrootcert=system', 'uselibpqcompat=false'],
  ])('rejects the parameter %s by its name, without the password', (query) => {
    const issue = issueOf(`${base}?${query}`)
    expect(issue).toContain(`has the parameter "${query.split('=')[0]}", which `)
    expect(issue).not.toContain('hunter2')
    expect(issue).not.toContain('\n')
  })

  it('rejects a certificate without its key, and a file that is not a certificate', () => {
    expect(issueOf(`${base}?sslcert=${pem}`)).toContain('belong together')
    writeFileSync(join(folder, 'ca.der'), 'x')
    expect(issueOf(`${base}?sslrootcert=${folder}/ca.der`)).toContain('must name a PEM file')
  })

  it.each([
    'postgresql://api:hun/ter2@db/api',
    'postgresql://api:hunter2@a:1,b:2/api',
    'postgresql://api:h#unter2@db/api',
  ])('rejects %s, which cannot be read, without the password', (url) => {
    const issue = issueOf(url)
    expect(issue).toMatch(/%40/)
    expect(issue).not.toMatch(/unter2|hun/)
  })
})
