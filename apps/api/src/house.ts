import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { createToUser, type ToUser } from './account/user-row.ts'
import { createRejectedLogins, type RejectedLogins } from './audit/rejected-logins.ts'
import { type AccessTokens, createAccessTokens } from './auth/access-tokens.ts'
import type { Entrance } from './auth/entrance.ts'
import { openRevocationList, type RevocationList } from './auth/revocation-list.ts'
import { createRevoke, type Revoke } from './auth/revoke.ts'
import { createTokenUses, type TokenUses } from './auth/token-uses.ts'
import type { Config } from './config.ts'
import { createDataCipher, type DataCipher } from './data-cipher.ts'
import type { Database } from './database/database.ts'
import type { Jobs } from './jobs/jobs.ts'
import { type BannedIdentities, createBannedIdentities } from './leaving/banned-identities.ts'
import { type Counters, createMemoryCounters } from './limits/counters.ts'
import { type PersonLimits, registerLimits } from './limits/limits.ts'
import { openRedisCounters } from './limits/redis-counters.ts'
import { createLookupHash } from './lookup-hash.ts'
import type { Metrics } from './metrics/metrics.ts'
import { createStoredNumbers, type StoredNumbers } from './phone/stored-numbers.ts'
import { openStorage } from './storage/open-storage.ts'
import type { FileStorage } from './storage/storage.ts'
import { createWechatApps, type WechatApps } from './wechat/apps.ts'
import type { WechatClient } from './wechat/client.ts'

/** What the API is put into. */
export type Surroundings = {
  config: Config
  database: Database
  wechat: WechatClient
  log: FastifyBaseLogger
  metrics: Metrics
}

/** What the parts of the API stand on. */
export type Foundation = Surroundings & {
  accessTokens: AccessTokens
  apps: WechatApps
  bannedIdentities: BannedIdentities
  cipher: DataCipher
  counters: Counters
  limits: PersonLimits
  rejectedLogins: RejectedLogins
  revocationList: RevocationList
  revoke: Revoke
  storage: FileStorage
  storedNumbers: StoredNumbers
  tokenUses: TokenUses
  toUser: ToUser
}

/** All that several parts share: each takes from it what it names. */
export type House = Foundation & Entrance & { jobs: Jobs }

/** The caller closes `revocationList`, `tokenUses`, `rejectedLogins` and `counters`. */
export async function layFoundation(app: FastifyInstance, surroundings: Surroundings): Promise<Foundation> {
  const { config, database, log } = surroundings
  const cipher = createDataCipher(config.dataKeys)
  const storage = await openStorage(config.storage)
  const accessTokens = await createAccessTokens(app, config)
  const revocationList = await openRevocationList({
    database,
    accessTokenLifetimeSeconds: config.accessToken.lifetimeSeconds,
    log,
  })
  const counters = config.redisUrl ? await openRedisCounters(config.redisUrl, log) : createMemoryCounters()
  const revoke = createRevoke({ database, revocationList })
  return {
    ...surroundings,
    accessTokens,
    apps: createWechatApps(config.wechat.apps),
    bannedIdentities: createBannedIdentities({
      lookupHash: createLookupHash(config.dataKeys, 'banned identity'),
      cipher,
    }),
    cipher,
    counters,
    limits: await registerLimits(app, { limits: config.limits, counters }),
    rejectedLogins: createRejectedLogins({ database, log }),
    revocationList,
    revoke,
    storage,
    storedNumbers: createStoredNumbers(config.dataKeys),
    tokenUses: createTokenUses({ database, revoke, log }),
    toUser: createToUser(config.publicUrl),
  }
}
