import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { developmentKeys } from './development-keys.ts'
import { readEnvironmentFiles } from './environment-files.ts'
import type { SigningKey } from './keys.ts'
import { describeMisspelt } from './misspelt-variables.ts'
import { isPublished } from './published-values.ts'
import { maximumWechatTimeoutMs } from './time-budget.ts'
import { isLoopback, type Key, type WechatApp } from './values.ts'
import { ConfigError, Variables } from './variables.ts'
import { faultOfProductionApps } from './wechat-apps.ts'

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
    loginPerUser: number
    phonePerUser: number
    refreshPerIp: number
    refreshPerSession: number
    adminPerIp: number
    exportPerUser: number
    passwordPerIp: number
    /** Before a wait that grows. */
    passwordPerAccount: number
    profilePerUser: number
  }
  /** Where Prometheus reads; `null`: nowhere, and nothing is measured. */
  metrics: { host: string; port: number } | null
  wechat: {
    apps: [WechatApp, ...WechatApp[]]
    apiUrl: string
    /** The proxy that all calls go through, with its credentials; `null`: none. */
    proxyUrl: string | null
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
  /** How long the API goes on serving after the signal to stop, so that balancers take it out first. */
  shutdownDelayMs: number
  /** How long a graceful stop may take after that. */
  shutdownTimeoutMs: number
  /** What an operator should know and that keeps nothing from starting, one line each. */
  warnings: string[]
}

/** The folder that holds `.env`, or `null` for the built API: wherever that lies, it is a deployed one. */
export const repositoryFolder: string | null = (() => {
  const folder = join(import.meta.dirname, '../../../..')
  const isSource = import.meta.dirname === join(folder, 'apps/api/src/config')
  return isSource && existsSync(join(folder, 'pnpm-workspace.yaml')) ? folder : null
})()

/**
 * Reads and validates the whole configuration; nothing else in the API reads the environment. Development also
 * reads the env files and this clone's own keys, production the process environment alone. The built API is in production
 * unless NODE_ENV says otherwise.
 *
 * @throws ConfigError with one line per fault, all faults at once.
 */
export const loadConfig = (): Config => readConfig(...loadEnvironment())

/**
 * The database alone, for a command that needs no secret but its password.
 *
 * @throws ConfigError likewise.
 */
export function loadDatabaseConfig(): DatabaseConfig {
  const variables = new Variables(loadEnvironment()[0])
  const database = variables.database('DATABASE_URL')
  variables.throwFaults()
  return database
}

function loadEnvironment(): Parameters<typeof readConfig> {
  if (repositoryFolder === null) return [process.env, { isDeployed: true }]
  if (process.env.NODE_ENV === 'production') return [process.env]
  const fromFiles = readEnvironmentFiles(repositoryFolder)
  const dataFolder = join(repositoryFolder, '.data')
  return [
    {
      DATABASE_URL: `pglite:${join(dataFolder, 'database')}`,
      STORAGE_FOLDER: join(dataFolder, 'files'),
      ...developmentKeys(dataFolder),
      ...fromFiles,
      ...process.env,
    },
    { namesInFiles: Object.keys(fromFiles) },
  ]
}

/**
 * @param environment names to values, as in `process.env`; an empty value counts as absent.
 * @param isDeployed whether this is the built API, which has no packages for development.
 * @param namesInFiles which variables stand in our own env files, where nothing else belongs.
 * @throws ConfigError with one line per fault, all faults at once.
 */
export function readConfig(
  environment: Record<string, string | undefined>,
  { isDeployed = false, namesInFiles = [] }: { isDeployed?: boolean; namesInFiles?: string[] } = {},
): Config {
  const variables = new Variables(environment)
  const mode = isDeployed
    ? variables.oneOf('NODE_ENV', ['production', 'test'], 'production')
    : variables.oneOf('NODE_ENV', ['development', 'test', 'production'], 'development')
  const production = mode === 'production'
  const isRehearsal = readRehearsal(variables)
  const host = variables.text('HOST', '127.0.0.1')
  const port = variables.integer('PORT', { fallback: 3000, minimum: 0, maximum: 65_535 })
  const config: Config = {
    environment: mode,
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
      loginPerUser: variables.limit('LIMIT_LOGIN_PER_USER', 10),
      phonePerUser: variables.limit('LIMIT_PHONE_PER_USER', 5),
      refreshPerIp: variables.limit('LIMIT_REFRESH_PER_IP', 300),
      refreshPerSession: variables.limit('LIMIT_REFRESH_PER_SESSION', 60),
      adminPerIp: variables.limit('LIMIT_ADMIN_PER_IP', 120),
      exportPerUser: variables.limit('LIMIT_EXPORT_PER_USER', 5),
      passwordPerIp: variables.limit('LIMIT_PASSWORD_PER_IP', 30),
      passwordPerAccount: variables.limit('LIMIT_PASSWORD_PER_ACCOUNT', 5),
      profilePerUser: variables.limit('LIMIT_PROFILE_PER_USER', 30),
    },
    metrics: variables.listener('METRICS_HOST', 'METRICS_PORT'),
    wechat: {
      apps: variables.wechatApps('WECHAT_APPS'),
      apiUrl: variables.httpUrl('WECHAT_API_URL', 'https://api.weixin.qq.com'),
      proxyUrl: variables.proxyUrl('WECHAT_PROXY_URL'),
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
    shutdownDelayMs: variables.integer('SHUTDOWN_DELAY_MS', {
      fallback: production ? 5000 : 0,
      minimum: 0,
      maximum: 300_000,
    }),
    shutdownTimeoutMs: variables.integer('SHUTDOWN_TIMEOUT_MS', {
      fallback: 10_000,
      minimum: 0,
      maximum: 300_000,
    }),
    warnings: [
      ...describeMisspelt(
        Object.keys(environment).filter((name) => environment[name]),
        namesInFiles,
      ),
      ...(production && isRehearsal
        ? [
            'REHEARSAL: anyone who reaches the WeChat simulator can log in as anyone; no user may reach this API',
          ]
        : []),
    ],
  }
  if (production) refuseDevelopmentValues(config, variables, { environment, isRehearsal })
  variables.throwFaults()
  return config
}

/** Whether production mode is tried against the simulator. The value is long, so that it is set by intent alone. */
function readRehearsal(variables: Variables): boolean {
  const name = 'ALLOW_SIMULATOR_IN_PRODUCTION'
  const wanted = 'rehearsal-only-not-for-users'
  const value = variables.text(name, '')
  if (value !== '' && value !== wanted) variables.fault(name, `must be ${wanted}, or absent`)
  return value === wanted
}

/** What is fine on a developer's machine and a hole in production. */
function refuseDevelopmentValues(
  config: Config,
  variables: Variables,
  { environment, isRehearsal }: { environment: Record<string, string | undefined>; isRehearsal: boolean },
) {
  if (!config.publicUrl.startsWith('https:') || isLoopback(config.publicUrl)) {
    variables.fault('PUBLIC_URL', 'must be the https address that clients reach in production')
  }
  if (isRehearsal) refuseRealWechat(config, variables)
  else refuseSimulator(config, variables)
  if (!environment.DATABASE_URL) {
    variables.fault(
      'DATABASE_URL',
      'is missing: name a PostgreSQL server (postgresql://…), or ask for the embedded one by name (pglite:<folder>)',
    )
  }
  const passwords = {
    DATABASE_URL: 'url' in config.database ? passwordOf(config.database.url) : '',
    REDIS_URL: config.redisUrl === null ? '' : passwordOf(config.redisUrl),
    WECHAT_PROXY_URL: config.wechat.proxyUrl === null ? '' : passwordOf(config.wechat.proxyUrl),
    S3_SECRET_ACCESS_KEY: 'secretAccessKey' in config.storage ? config.storage.secretAccessKey : '',
  } as const
  for (const [name, password] of Object.entries(passwords)) {
    if (password !== '' && isPublished(password))
      variables.fault(
        name as keyof typeof passwords,
        "has an example's password, which everyone can read: take your own",
      )
  }
  const keySets = {
    ACCESS_TOKEN_KEYS: config.accessToken.keys,
    REFRESH_TOKEN_KEYS: config.refreshToken.keys,
    DATA_KEYS: config.dataKeys,
  } as const
  const seen = new Set<string>()
  for (const [keySet, keys] of Object.entries(keySets)) {
    const name = keySet as keyof typeof keySets
    for (const key of keys) {
      const bytes = 'secret' in key ? key.secret : key.publicKey.export({ type: 'spki', format: 'der' })
      const secret = bytes.toString('hex')
      if (key.id.startsWith('development'))
        variables.fault(name, `"${key.id}" is a development key: make a new one`)
      else if (new Set(bytes).size < 8)
        variables.fault(name, `"${key.id}" is not random: openssl rand -base64 32`)
      else if (isPublished(bytes.toString('base64')))
        variables.fault(name, `"${key.id}" is an example's, which everyone can read: openssl rand -base64 32`)
      else if (seen.has(secret))
        variables.fault(name, `"${key.id}" repeats another key: every key has one purpose`)
      seen.add(secret)
    }
  }
}

function refuseSimulator({ wechat }: Config, variables: Variables): void {
  if (!wechat.apiUrl.startsWith('https:') || isLoopback(wechat.apiUrl))
    variables.fault('WECHAT_API_URL', 'must be WeChat itself in production: https://api.weixin.qq.com')
  const fault = faultOfProductionApps(wechat.apps)
  if (fault) variables.fault('WECHAT_APPS', fault)
}

/** A rehearsal that was left on must not become the real thing. */
function refuseRealWechat({ wechat }: Config, variables: Variables): void {
  if (!isLoopback(wechat.apiUrl))
    variables.fault(
      'ALLOW_SIMULATOR_IN_PRODUCTION',
      'is for a WECHAT_API_URL on this machine alone, such as http://127.0.0.1:4100: take it out',
    )
}

function passwordOf(url: string): string {
  const { password } = new URL(url)
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}

export { ConfigError }
