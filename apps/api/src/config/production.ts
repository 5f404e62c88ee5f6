import type { EnvReader } from './env-reader.ts'
import type { Key, SigningKey } from './keys.ts'
import { legalLogDays } from './legal-log-days.ts'
import { isLoopback } from './network.ts'
import { isPublished } from './published-values.ts'
import { findProductionIssue } from './wechat-apps.ts'

type Environment = Record<string, string | undefined>

/** Rejects what is fine on a developer's machine and unsafe in production. */
export function checkProductionValues(reader: EnvReader, environment: Environment): void {
  reader.check('PUBLIC_URL', (url) => {
    if (url === null) return 'is missing: the https URL where clients reach this API'
    if (url.startsWith('https:') && !isLoopback(url)) return null
    return 'must be the https address that clients reach in production'
  })
  if (environment.ALLOW_SIMULATOR_IN_PRODUCTION) checkRehearsal(reader)
  else checkWechat(reader)
  if (!environment.DATABASE_URL)
    reader.addIssue(
      'DATABASE_URL',
      'is missing: name a PostgreSQL server (postgresql://…), or ask for the embedded one by name (pglite:<folder>)',
    )
  reader.check('AUDIT_RETENTION_DAYS', (days) =>
    days < legalLogDays
      ? `must be at least ${legalLogDays} in production: the law wants network logs for six months`
      : null,
  )
  checkPasswords(reader)
  checkKeys(reader)
}

function checkWechat(reader: EnvReader): void {
  reader.check('WECHAT_API_URL', (url) =>
    url.startsWith('https:') && !isLoopback(url)
      ? null
      : 'must be WeChat itself in production: https://api.weixin.qq.com',
  )
  reader.check('WECHAT_APPS', findProductionIssue)
}

/** A rehearsal that was left on must not become the real thing. */
function checkRehearsal(reader: EnvReader): void {
  reader.check('WECHAT_API_URL', (url) => {
    if (!isLoopback(url))
      reader.addIssue(
        'ALLOW_SIMULATOR_IN_PRODUCTION',
        'is for a WECHAT_API_URL on this machine alone, such as http://127.0.0.1:4100: take it out',
      )
    return null
  })
}

function checkPasswords(reader: EnvReader): void {
  const findIssue = (password: string) =>
    password !== '' && isPublished(password)
      ? "has an example's password, which everyone can read: take your own"
      : null
  const findIssueOfUrl = (url: string | null) => (url === null ? null : findIssue(passwordOf(url)))
  reader.check('DATABASE_URL', (database) => ('url' in database ? findIssueOfUrl(database.url) : null))
  reader.check('REDIS_URL', findIssueOfUrl)
  reader.check('WECHAT_PROXY_URL', findIssueOfUrl)
  reader.check('S3_SECRET_ACCESS_KEY', (secret) => findIssue(secret ?? ''))
}

function passwordOf(url: string): string {
  const { password } = new URL(url)
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}

function checkKeys(reader: EnvReader): void {
  const seen = new Set<string>()
  const findIssue = (keys: (Key | SigningKey)[]) =>
    keys.flatMap((key) => {
      const issue = findKeyIssue(key, seen)
      return issue ? [`"${key.id}" ${issue}`] : []
    })[0]
  for (const name of ['ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS', 'DATA_KEYS'] as const)
    reader.check(name, findIssue)
}

function findKeyIssue(key: Key | SigningKey, seen: Set<string>): string | null {
  const bytes = 'secret' in key ? key.secret : key.publicKey.export({ type: 'spki', format: 'der' })
  const secret = bytes.toString('hex')
  const isRepeated = seen.has(secret)
  seen.add(secret)
  if (key.id.startsWith('development')) return 'is a development key: make a new one'
  if (new Set(bytes).size < 8) return 'is not random: openssl rand -base64 32'
  if (isPublished(bytes.toString('base64')))
    return "is an example's, which everyone can read: openssl rand -base64 32"
  return isRepeated ? 'repeats another key: every key has one purpose' : null
}
