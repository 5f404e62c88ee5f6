import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from './config/config.ts'
import { createRejectedLogins, type RejectedLogins } from './domain/audit/rejected-logins.ts'
import { type Consents, createConsents } from './domain/consents.ts'
import { createDirectLogins, type DirectLogins } from './domain/direct-login/direct-logins.ts'
import { type BannedIdentities, createBannedIdentities } from './domain/identities/banned-identities.ts'
import { createExchangeGuard, type ExchangeGuard } from './domain/identities/exchange-guard.ts'
import { createOpenData, type OpenData } from './domain/identities/open-data.ts'
import { createSessionKeys, type SessionKeys } from './domain/identities/session-keys.ts'
import { createIdentities, type Identities } from './domain/identities/wechat-identities.ts'
import { createMergeTickets, type MergeTickets } from './domain/merge-tickets.ts'
import { scheduleNicknameCheck } from './domain/moderation/nickname.ts'
import { createOwnershipVerifier, type OwnershipVerifier } from './domain/ownership.ts'
import { createPasswordHasher, type PasswordHasher } from './domain/passwords/hasher.ts'
import { createPasswords, type Passwords } from './domain/passwords/passwords.ts'
import { createPhoneEncryption, type PhoneEncryption } from './domain/phones/phone-encryption.ts'
import { createPhones, type Phones } from './domain/phones/phones.ts'
import { createUserRateLimits, type UserRateLimits } from './domain/rate-limits.ts'
import { type AccessTokens, createAccessTokens } from './domain/sessions/access-tokens.ts'
import { createDeviceTokens, type DeviceTokens } from './domain/sessions/device-tokens.ts'
import { createRefreshTokens } from './domain/sessions/refresh-tokens.ts'
import { openRevocationList, type RevocationList } from './domain/sessions/revocation-list.ts'
import { createSessionRevoker, type SessionRevoker } from './domain/sessions/revoker.ts'
import { createSessions, type Sessions } from './domain/sessions/sessions.ts'
import { createTokenUses, type TokenUses } from './domain/sessions/token-uses.ts'
import { type GuardianConsent, noGuardianConsent } from './domain/users/age.ts'
import { createReservedNames, type ReservedNames } from './domain/users/reserved-names.ts'
import { createDataCipher, createLookupHash, type DataCipher } from './infra/crypto.ts'
import type { Database } from './infra/database/client.ts'
import { createImageNormalizer, type ImageNormalizer } from './infra/images/normalize-image.ts'
import { createDeadJobs, type DeadJobs } from './infra/jobs/dead-jobs.ts'
import { createJobs, type Jobs } from './infra/jobs/jobs.ts'
import type { Metrics } from './infra/metrics/metrics.ts'
import { type Counters, createMemoryCounters } from './infra/rate-limits/counters.ts'
import { openRedisCounters } from './infra/rate-limits/redis-counters.ts'
import { openStorage } from './infra/storage/open-storage.ts'
import type { FileStorage } from './infra/storage/storage.ts'
import { createWechatApps, type WechatApps } from './infra/wechat/apps.ts'
import type { WechatClient } from './infra/wechat/client.ts'

/** The dependencies that the caller opens and closes. */
export type AppOptions = {
  config: Config
  database: Database
  wechat: WechatClient
  log: FastifyBaseLogger
  metrics: Metrics
  /** Absent: no guardian has agreed for any user. */
  guardianConsent?: GuardianConsent
}

/** All services, flat. A feature declares which of them it uses: `Pick<AppContext, …>`. */
export type AppContext = AppOptions & {
  accessTokens: AccessTokens
  apps: WechatApps
  bannedIdentities: BannedIdentities
  cipher: DataCipher
  consents: Consents
  counters: Counters
  deadJobs: DeadJobs
  deviceTokens: DeviceTokens
  exchangeGuard: ExchangeGuard
  guardianConsent: GuardianConsent
  hasher: PasswordHasher
  directLogins: DirectLogins
  identities: Identities
  images: ImageNormalizer
  jobs: Jobs
  limits: UserRateLimits
  mergeTickets: MergeTickets
  openData: OpenData
  ownership: OwnershipVerifier
  passwords: Passwords
  phoneEncryption: PhoneEncryption
  phones: Phones
  rejectedLogins: RejectedLogins
  reservedNames: ReservedNames
  revocationList: RevocationList
  revoker: SessionRevoker
  sessionKeys: SessionKeys
  sessions: Sessions
  storage: FileStorage
  tokenUses: TokenUses
}

/**
 * Creates the services. The caller closes `images`, `jobs`, `revocationList`, `tokenUses`, `rejectedLogins` and
 * `counters`.
 */
export async function createAppContext(app: FastifyInstance, options: AppOptions): Promise<AppContext> {
  const { config, database, log, wechat } = options
  const { dataKeys, limits: configuredLimits } = config

  const apps = createWechatApps(config.wechat.apps)
  const cipher = createDataCipher(dataKeys)
  const counters = config.redisUrl ? await openRedisCounters(config.redisUrl, log) : createMemoryCounters()
  const limits = createUserRateLimits(configuredLimits, counters)
  const jobs = createJobs({ database, log })
  const phoneEncryption = createPhoneEncryption(dataKeys)

  const accessTokens = await createAccessTokens(app, config)
  const deviceTokens = createDeviceTokens(config.refreshToken.keys)
  const revocationList = await openRevocationList({
    database,
    accessTokenLifetimeSeconds: config.accessToken.lifetimeSeconds,
    log,
  })
  const revoker = createSessionRevoker({ database, revocationList })
  const consents = createConsents(config.requiredConsent)
  const tokenUses = createTokenUses({ database, revoker, log })
  const sessions = createSessions({
    accessTokens,
    checkNicknameAgain: (userId) => scheduleNicknameCheck({ database, jobs, log }, userId),
    config: { ...config.refreshToken, sessionsPerUser: config.sessionsPerUser },
    consents,
    counters,
    database,
    limits,
    refreshTokens: createRefreshTokens(config.refreshToken.keys),
    revoker,
    tokenUses,
    publicUrl: config.publicUrl,
  })

  const bannedIdentities = createBannedIdentities({
    lookupHash: createLookupHash(dataKeys, 'banned identity'),
    cipher,
  })
  const identities = createIdentities({
    bannedIdentities,
    cipher,
    database,
    revoker,
    sharedApps: config.sharedApps,
  })
  const directLogins = createDirectLogins({ bannedIdentities, database, identities, sessions })
  const sessionKeys = createSessionKeys({ apps, cipher, database, wechat })
  const exchangeGuard = createExchangeGuard({ limits: configuredLimits, counters, deviceTokens })
  const mergeTickets = createMergeTickets(database)

  const hasher = createPasswordHasher(config.passwordHash)
  const passwords = createPasswords({ database, hasher, counters, limits: configuredLimits, deviceTokens })
  const rejectedLogins = createRejectedLogins({ database, log })

  return {
    ...options,
    accessTokens,
    apps,
    bannedIdentities,
    cipher,
    consents,
    counters,
    deadJobs: createDeadJobs(database),
    deviceTokens,
    exchangeGuard,
    guardianConsent: options.guardianConsent ?? noGuardianConsent,
    hasher,
    directLogins,
    identities,
    images: createImageNormalizer(),
    jobs,
    limits,
    mergeTickets,
    openData: createOpenData({ sessionKeys, limits }),
    ownership: createOwnershipVerifier({
      apps,
      database,
      exchangeGuard,
      identities,
      limits,
      passwords,
      wechat,
    }),
    passwords,
    phoneEncryption,
    phones: createPhones({
      phoneEncryption,
      sharedApps: config.sharedApps,
      defaultAppId: apps.default.appId,
    }),
    rejectedLogins,
    reservedNames: createReservedNames(config),
    revocationList,
    revoker,
    sessionKeys,
    sessions,
    storage: await openStorage(config.storage),
    tokenUses,
  }
}
