import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DatabaseConfig } from './database-url.ts'
import { developmentKeys, readEnvironmentFiles } from './development.ts'
import { ConfigError, EnvReader } from './env-reader.ts'
import type { Keys, SigningKey } from './keys.ts'
import { describeMisspelled } from './misspelled-variables.ts'
import { checkProductionValues } from './production.ts'
import type { Values } from './schema.ts'
import { findUnknownSharedApp, type SharedApp } from './shared-apps.ts'
import type { WechatApp } from './wechat-apps.ts'

export type { DatabaseConfig }
export { ConfigError }

/** Where uploaded files are stored: a folder of this machine, or a bucket that speaks S3. */
export type StorageConfig =
  | { folder: string }
  | { bucketUrl: string; region: string; accessKeyId: string; secretAccessKey: string }

export type Config = {
  environment: 'development' | 'test' | 'production'
  host: string
  port: number
  /** Where clients reach this API; the issuer in our access tokens. */
  publicUrl: string
  /** IP addresses and CIDR blocks of the proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies: string[]
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  database: DatabaseConfig
  /** Where the instances count their limits together; `null`: each for itself. */
  redisUrl: string | null
  /** Requests per minute, exports per hour; 0 is no limit. */
  limits: {
    perIp: number
    /** Logins by a code that WeChat accepted. */
    loginPerIp: number
    /** Codes that WeChat rejected; more are exchanged one at a time. */
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
    /** … for so long; then one of them tries whether WeChat responds again. */
    pauseMs: number
  }
  /** The first key signs, all of them verify. */
  accessToken: { keys: Keys<SigningKey>; lifetimeSeconds: number }
  refreshToken: {
    keys: Keys
    /** How long a session lives that is not used. */
    lifetimeSeconds: number
    /** How long a session lives at the most. */
    maximumLifetimeSeconds: number
  }
  /** How many living sessions a user has at the most; the next login ends the one that was idle the longest. */
  sessionsPerUser: number
  /** The first key encrypts what the database must not contain in plain text, all of them decrypt. */
  dataKeys: Keys
  /** How long after WeChat last verified it a phone number may lead a new WeChat user to its account; 0 is never. */
  phoneReclaimSeconds: number
  /** Whether phone numbers are also taken as `encryptedData`, which proves less than a code. */
  phoneEncryptedData: boolean
  /** What one hash of a password by argon2id costs. */
  passwordHash: { memoryKib: number; passes: number }
  storage: StorageConfig
  /** What happens to a nickname or an avatar that WeChat cannot check. */
  contentCheck: 'accept' | 'refuse'
  /** What happens to one that WeChat leaves to a human. */
  contentReview: 'reject' | 'queue'
  /** Whether users need a verified phone number to change what others see of them. */
  requireVerifiedPhone: boolean
  /** Besides the built-in ones, the names that users cannot take. */
  reservedNames: string[]
  /** How long the audit log, ended sessions and a user's last IP are stored. */
  retentionSeconds: number
  /** Whether a deletion moves recent network logs to the sealed table; otherwise it deletes them. */
  sealNetworkLogs: boolean
  /** A birthday of a younger user needs a guardian's consent; 0 accepts every birthday. */
  minimumAge: number
  /** The mini programs in which a user may have one account; `null`: each has accounts of its own. */
  sharedApps: SharedApp[] | null
  /** How long the API goes on serving after the signal to stop, so that balancers take it out first. */
  shutdownDelayMs: number
  /** How long a graceful stop may take after that. */
  shutdownTimeoutMs: number
  /** What an operator should know, one line each; the API starts anyway. */
  warnings: string[]
}

/** The folder with `.env`, or `null` for the built API: it is a deployed one, wherever it lies. */
export const repositoryFolder: string | null = (() => {
  const folder = join(import.meta.dirname, '../../../..')
  const isSource = import.meta.dirname === join(folder, 'apps/api/src/config')
  return isSource && existsSync(join(folder, 'pnpm-workspace.yaml')) ? folder : null
})()

/**
 * Reads and validates the whole configuration; no other file of the API reads the environment. Development also reads the
 * env files and this clone's own keys. The built API is in production unless NODE_ENV says otherwise.
 *
 * @throws ConfigError with one line per issue, all issues at once.
 */
export const loadConfig = (): Config => readConfig(...loadEnvironment())

/** The database alone, for a command that needs no other secret. @throws ConfigError */
export const loadDatabaseConfig = (): DatabaseConfig =>
  new EnvReader(loadEnvironment()[0], ['DATABASE_URL']).values().DATABASE_URL

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
 * @param namesInFiles the variables in our own env files, where nothing else belongs.
 * @throws ConfigError with one line per issue, all issues at once.
 */
export function readConfig(
  environment: Record<string, string | undefined>,
  { isDeployed = false, namesInFiles = [] }: { isDeployed?: boolean; namesInFiles?: string[] } = {},
): Config {
  const reader = new EnvReader(environment)
  const modes = isDeployed ? deployedModes : sourceModes
  const mode = modes.find((name) => name === environment.NODE_ENV) ?? modes[0]
  reader.check('NODE_ENV', (value) =>
    value === null || value === mode ? null : `must be one of ${modes.join(', ')}`,
  )
  checkStorage(reader, environment)
  reader.check('WECHAT_APPS', (apps) => {
    reader.check('SHARE_ACCOUNTS_ACROSS_APPS', (shared) => findUnknownSharedApp(shared, apps))
    return null
  })
  if (mode === 'production') checkProductionValues(reader, environment)
  const names = Object.keys(environment).filter((name) => environment[name])
  return toConfig(reader.values(), mode, describeMisspelled(names, namesInFiles))
}

/** The first is the default. */
const deployedModes = ['production', 'test'] as const
const sourceModes = ['development', 'test', 'production'] as const

function checkStorage(reader: EnvReader, environment: Record<string, string | undefined>): void {
  const isBucket = Boolean(environment.S3_BUCKET_URL)
  for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const)
    reader.check(name, (value) => {
      if (isBucket && value === null) return 'is missing: S3_BUCKET_URL needs it'
      if (!isBucket && value !== null) return 'is for a bucket, and S3_BUCKET_URL names none'
      return null
    })
}

const daySeconds = 24 * 60 * 60

function toConfig(values: Values, environment: Config['environment'], warnings: string[]): Config {
  const isProduction = environment === 'production'
  return {
    environment,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`,
    trustedProxies: values.TRUSTED_PROXIES,
    logLevel: values.LOG_LEVEL,
    database: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    limits: {
      perIp: values.LIMIT_PER_IP,
      loginPerIp: values.LIMIT_LOGIN_PER_IP,
      failedLoginPerIp: values.LIMIT_FAILED_LOGIN_PER_IP,
      loginPerUser: values.LIMIT_LOGIN_PER_USER,
      phonePerUser: values.LIMIT_PHONE_PER_USER,
      refreshPerIp: values.LIMIT_REFRESH_PER_IP,
      refreshPerSession: values.LIMIT_REFRESH_PER_SESSION,
      adminPerIp: values.LIMIT_ADMIN_PER_IP,
      exportPerUser: values.LIMIT_EXPORT_PER_USER,
      passwordPerIp: values.LIMIT_PASSWORD_PER_IP,
      passwordPerAccount: values.LIMIT_PASSWORD_PER_ACCOUNT,
      profilePerUser: values.LIMIT_PROFILE_PER_USER,
    },
    metrics: values.METRICS_PORT === null ? null : { host: values.METRICS_HOST, port: values.METRICS_PORT },
    wechat: {
      apps: values.WECHAT_APPS,
      apiUrl: values.WECHAT_API_URL,
      proxyUrl: values.WECHAT_PROXY_URL,
      timeoutMs: values.WECHAT_TIMEOUT_MS,
      maximumConcurrentCalls: values.WECHAT_MAXIMUM_CONCURRENT_CALLS,
      maximumFailures: values.WECHAT_MAXIMUM_FAILURES,
      pauseMs: values.WECHAT_PAUSE_MS,
    },
    accessToken: {
      keys: values.ACCESS_TOKEN_KEYS,
      lifetimeSeconds: values.ACCESS_TOKEN_LIFETIME_SECONDS,
    },
    refreshToken: {
      keys: values.REFRESH_TOKEN_KEYS,
      lifetimeSeconds: values.REFRESH_TOKEN_LIFETIME_DAYS * daySeconds,
      maximumLifetimeSeconds: values.SESSION_MAXIMUM_LIFETIME_DAYS * daySeconds,
    },
    sessionsPerUser: values.SESSIONS_PER_USER,
    dataKeys: values.DATA_KEYS,
    phoneReclaimSeconds: values.PHONE_RECLAIM_DAYS * daySeconds,
    phoneEncryptedData: values.PHONE_ENCRYPTED_DATA === 'on',
    passwordHash: { memoryKib: values.PASSWORD_HASH_MEMORY_KIB, passes: values.PASSWORD_HASH_PASSES },
    storage: toStorage(values),
    contentCheck: values.CONTENT_CHECK,
    contentReview: values.CONTENT_REVIEW,
    requireVerifiedPhone: values.REQUIRE_VERIFIED_PHONE === 'on',
    reservedNames: [...values.BRAND_NAMES, ...values.RESERVED_NAMES],
    retentionSeconds: values.AUDIT_RETENTION_DAYS * daySeconds,
    sealNetworkLogs: values.SEAL_NETWORK_LOGS_AT_DELETION === 'on',
    minimumAge: values.MINIMUM_AGE,
    sharedApps: values.SHARE_ACCOUNTS_ACROSS_APPS,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS ?? (isProduction ? 5000 : 0),
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    warnings:
      isProduction && values.ALLOW_SIMULATOR_IN_PRODUCTION ? [...warnings, rehearsalWarning] : warnings,
  }
}

const rehearsalWarning =
  'REHEARSAL: every client that reaches the WeChat simulator can log in as any user; no real user may reach this API'

function toStorage(values: Values): StorageConfig {
  if (values.S3_BUCKET_URL === null) return { folder: resolve(values.STORAGE_FOLDER) }
  return {
    bucketUrl: values.S3_BUCKET_URL,
    region: values.S3_REGION,
    accessKeyId: values.S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: values.S3_SECRET_ACCESS_KEY ?? '',
  }
}
