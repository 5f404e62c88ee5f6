import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { developmentKeys } from './configuration/development-keys.ts'
import { readEnvironmentFiles } from './configuration/environment-files.ts'
import type { SigningKey } from './configuration/signing-keys.ts'
import { isLoopback, type Key, type WechatApp } from './configuration/values.ts'
import { ConfigError, Variables } from './configuration/variables.ts'
import { maximumWechatTimeoutMs } from './time-budget.ts'

/** Where the data lives: a PostgreSQL server, or PGlite inside this process in a folder of its own. */
export type DatabaseConfig = { url: string } | { folder: string }

/** Where uploaded files lie: a folder of this machine, or a bucket that speaks S3. */
export type StorageConfig =
  | { folder: string }
  | { bucketUrl: string; region: string; accessKeyId: string; secretAccessKey: string }

export type Config = {
  environment: 'development' | 'test' | 'production'
  host: string
  port: number
  /** Where clients reach this API; the issuer in our access tokens. */
  publicUrl: string
  /** Addresses and CIDR blocks of the proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: string[]
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  database: DatabaseConfig
  /** Where the instances count their limits together; `null`: each by itself. */
  redisUrl: string | null
  /** Requests per minute, exports per hour; 0 is no limit. */
  limits: {
    perIp: number
    /** Logins by a code that WeChat knew. */
    loginPerIp: number
    /** Codes that WeChat did not know; more go one at a time. */
    failedLoginPerIp: number
    loginPerPerson: number
    phonePerPerson: number
    refreshPerIp: number
    refreshPerSession: number
    adminPerIp: number
    exportPerPerson: number
    passwordPerIp: number
    /** Before a wait that grows. */
    passwordPerAccount: number
    profilePerPerson: number
  }
  /** Where Prometheus reads; `null`: nowhere, and nothing is measured. */
  metrics: { host: string; port: number } | null
  wechat: {
    apps: [WechatApp, ...WechatApp[]]
    apiUrl: string
    /** How long one call may take. */
    timeoutMs: number
    /** How many calls of one kind may wait for WeChat; more fail at once. */
    maximumConcurrentCalls: number
    /** After so many failures in a row calls fail at once … */
    maximumFailures: number
    /** … for so long; then one of them tries whether WeChat answers again. */
    pauseMs: number
  }
  /** The first key signs, all of them verify. */
  accessToken: { keys: [SigningKey, ...SigningKey[]]; lifetimeSeconds: number }
  refreshToken: {
    keys: [Key, ...Key[]]
    /** How long a session lives that nobody uses. */
    lifetimeSeconds: number
    /** How long a session lives at the most. */
    maximumLifetimeSeconds: number
  }
  /** How many living sessions a person has at the most; the next login ends the one that was idle the longest. */
  sessionsPerUser: number
  /** The first key encrypts what the database must not show in plain, all of them decrypt. */
  dataKeys: [Key, ...Key[]]
  /** How long after WeChat last verified it a phone number may lead a new WeChat user to its account; 0 is never. */
  phoneReclaimSeconds: number
  /** Whether phone numbers are also taken as `encryptedData`, which proves less than a code. */
  phoneEncryptedData: boolean
  /** What one hash of a password by argon2id costs. */
  passwordHash: { memoryKib: number; passes: number }
  storage: StorageConfig
  /** What happens to a nickname that WeChat cannot check, or is not sure about. */
  contentCheck: 'accept' | 'refuse'
  /** How long the audit log and sessions that have ended are kept. */
  retentionSeconds: number
  /** How long a graceful stop may take. */
  shutdownTimeoutMs: number
}

/** The folder that holds `.env`, or `null` where the API runs without its repository. */
export const repositoryFolder: string | null = (() => {
  const folder = join(import.meta.dirname, '../../..')
  return existsSync(join(folder, 'pnpm-workspace.yaml')) ? folder : null
})()

/**
 * Reads and validates the whole configuration; nothing else in the API reads the environment. Development also
 * reads the env files and this clone's own keys, production the process environment alone.
 *
 * @throws ConfigError with one line per fault, all faults at once.
 */
export const loadConfig = (): Config => readConfig(loadEnvironment())

/**
 * The database alone, for a command that needs no secret but its password.
 *
 * @throws ConfigError likewise.
 */
export function loadDatabaseConfig(): DatabaseConfig {
  const variables = new Variables(loadEnvironment())
  const database = variables.database('DATABASE_URL')
  variables.throwFaults()
  return database
}

function loadEnvironment(): Record<string, string | undefined> {
  if (process.env.NODE_ENV === 'production' || repositoryFolder === null) return process.env
  const fromFiles = { ...readEnvironmentFiles(repositoryFolder), ...process.env }
  const dataFolder = join(repositoryFolder, '.data')
  return {
    DATABASE_URL: `pglite:${join(dataFolder, 'database')}`,
    STORAGE_FOLDER: join(dataFolder, 'files'),
    ...developmentKeys(dataFolder),
    ...fromFiles,
  }
}

/**
 * @param environment names to values, as in `process.env`; an empty value counts as absent.
 * @throws ConfigError with one line per fault, all faults at once.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const variables = new Variables(environment)
  const production = environment.NODE_ENV === 'production'
  const host = variables.text('HOST', '127.0.0.1')
  const port = variables.integer('PORT', { fallback: 3000, minimum: 0, maximum: 65_535 })
  const config: Config = {
    environment: variables.oneOf('NODE_ENV', ['development', 'test', 'production'], 'development'),
    host,
    port,
    publicUrl: variables.httpUrl('PUBLIC_URL', production ? undefined : `http://127.0.0.1:${port}`),
    trustedProxies: variables.addresses('TRUSTED_PROXIES'),
    logLevel: variables.oneOf('LOG_LEVEL', ['silent', 'error', 'warn', 'info', 'debug'], 'info'),
    database: variables.database('DATABASE_URL'),
    redisUrl: variables.redisUrl('REDIS_URL'),
    limits: {
      perIp: variables.limit('LIMIT_PER_IP', 1200),
      loginPerIp: variables.limit('LIMIT_LOGIN_PER_IP', 60),
      failedLoginPerIp: variables.limit('LIMIT_FAILED_LOGIN_PER_IP', 60),
      loginPerPerson: variables.limit('LIMIT_LOGIN_PER_PERSON', 10),
      phonePerPerson: variables.limit('LIMIT_PHONE_PER_PERSON', 5),
      refreshPerIp: variables.limit('LIMIT_REFRESH_PER_IP', 300),
      refreshPerSession: variables.limit('LIMIT_REFRESH_PER_SESSION', 60),
      adminPerIp: variables.limit('LIMIT_ADMIN_PER_IP', 120),
      exportPerPerson: variables.limit('LIMIT_EXPORT_PER_PERSON', 5),
      passwordPerIp: variables.limit('LIMIT_PASSWORD_PER_IP', 30),
      passwordPerAccount: variables.limit('LIMIT_PASSWORD_PER_ACCOUNT', 5),
      profilePerPerson: variables.limit('LIMIT_PROFILE_PER_PERSON', 30),
    },
    metrics: variables.listener('METRICS_HOST', 'METRICS_PORT'),
    wechat: {
      apps: variables.wechatApps('WECHAT_APPS'),
      apiUrl: variables.httpUrl('WECHAT_API_URL', 'https://api.weixin.qq.com'),
      timeoutMs: variables.integer('WECHAT_TIMEOUT_MS', {
        fallback: maximumWechatTimeoutMs,
        minimum: 100,
        maximum: maximumWechatTimeoutMs,
      }),
      maximumConcurrentCalls: variables.integer('WECHAT_MAXIMUM_CONCURRENT_CALLS', {
        fallback: 256,
        minimum: 1,
        maximum: 10_000,
      }),
      maximumFailures: variables.integer('WECHAT_MAXIMUM_FAILURES', {
        fallback: 10,
        minimum: 1,
        maximum: 1000,
      }),
      pauseMs: variables.integer('WECHAT_PAUSE_MS', { fallback: 5000, minimum: 100, maximum: 60_000 }),
    },
    accessToken: {
      keys: variables.signingKeys('ACCESS_TOKEN_KEYS'),
      lifetimeSeconds: variables.integer('ACCESS_TOKEN_LIFETIME_SECONDS', {
        fallback: 10 * 60,
        minimum: 10,
        maximum: 24 * 60 * 60,
      }),
    },
    refreshToken: {
      keys: variables.keys('REFRESH_TOKEN_KEYS', { minimumBytes: 32 }),
      lifetimeSeconds: variables.days('REFRESH_TOKEN_LIFETIME_DAYS', 30),
      maximumLifetimeSeconds: variables.days('SESSION_MAXIMUM_LIFETIME_DAYS', 180),
    },
    sessionsPerUser: variables.integer('SESSIONS_PER_USER', { fallback: 20, minimum: 1, maximum: 1000 }),
    dataKeys: variables.keys('DATA_KEYS', { minimumBytes: 32, maximumBytes: 32 }),
    phoneReclaimSeconds:
      variables.integer('PHONE_RECLAIM_DAYS', { fallback: 90, minimum: 0, maximum: 3650 }) * 24 * 60 * 60,
    phoneEncryptedData: variables.oneOf('PHONE_ENCRYPTED_DATA', ['off', 'on'], 'off') === 'on',
    passwordHash: {
      // The least that OWASP recommends: 19 MiB with two passes.
      memoryKib: variables.integer('PASSWORD_HASH_MEMORY_KIB', {
        fallback: 19_456,
        minimum: 7168,
        maximum: 1_048_576,
      }),
      passes: variables.integer('PASSWORD_HASH_PASSES', { fallback: 2, minimum: 1, maximum: 100 }),
    },
    storage: variables.storage(),
    contentCheck: variables.oneOf('CONTENT_CHECK', ['accept', 'refuse'], 'accept'),
    retentionSeconds: variables.days('AUDIT_RETENTION_DAYS', 180),
    shutdownTimeoutMs: variables.integer('SHUTDOWN_TIMEOUT_MS', {
      fallback: 10_000,
      minimum: 0,
      maximum: 300_000,
    }),
  }
  if (production) refuseDevelopmentValues(config, variables, environment)
  variables.throwFaults()
  return config
}

/** What is fine on a developer's machine and a hole in production. */
function refuseDevelopmentValues(
  config: Config,
  variables: Variables,
  environment: Record<string, string | undefined>,
) {
  if (!config.publicUrl.startsWith('https:') || isLoopback(config.publicUrl)) {
    variables.fault('PUBLIC_URL', 'must be the https address that clients reach in production')
  }
  if (!config.wechat.apiUrl.startsWith('https:') || isLoopback(config.wechat.apiUrl)) {
    variables.fault('WECHAT_API_URL', 'must be WeChat itself in production: https://api.weixin.qq.com')
  }
  if (!environment.DATABASE_URL) {
    variables.fault(
      'DATABASE_URL',
      'is missing: name a PostgreSQL server (postgresql://…), or ask for the embedded one by name (pglite:<folder>)',
    )
  }
  for (const app of config.wechat.apps) {
    if (app.appId === 'touristappid' || /^(.)\1*$/.test(app.secret)) {
      variables.fault(
        'WECHAT_APPS',
        `"${app.appId}" is the simulator's: put in the AppID and AppSecret of your mini program`,
      )
    }
    if (app.push && app.push.encodingAesKey === undefined) {
      variables.fault(
        'WECHAT_APPS',
        `"${app.appId}" has a push without an "encodingAesKey": plain mode signs no message, so choose 安全模式 in WeChat's console`,
      )
    }
  }
  const keySets = {
    ACCESS_TOKEN_KEYS: config.accessToken.keys,
    REFRESH_TOKEN_KEYS: config.refreshToken.keys,
    DATA_KEYS: config.dataKeys,
  }
  const seen = new Set<string>()
  for (const [name, keys] of Object.entries(keySets)) {
    for (const key of keys) {
      const bytes = 'secret' in key ? key.secret : key.publicKey.export({ type: 'spki', format: 'der' })
      const secret = bytes.toString('hex')
      if (key.id.startsWith('development'))
        variables.fault(name, `"${key.id}" is a development key: make a new one`)
      else if (new Set(bytes).size < 8)
        variables.fault(name, `"${key.id}" is not random: openssl rand -base64 32`)
      else if (seen.has(secret))
        variables.fault(name, `"${key.id}" repeats another key: every key has one purpose`)
      seen.add(secret)
    }
  }
}

export { ConfigError }
