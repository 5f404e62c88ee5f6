import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from './config/config.ts'
import { createRejectedLogins, type RejectedLogins } from './domain/audit/rejected-logins.ts'
import { type BannedIdentities, createBannedIdentities } from './domain/identities/banned-identities.ts'
import { createStoredNumbers, type StoredNumbers } from './domain/phones/phone-encryption.ts'
import { type AccessTokens, createAccessTokens } from './domain/sessions/access-tokens.ts'
import { openRevocationList, type RevocationList } from './domain/sessions/revocation-list.ts'
import { createRevoke, type Revoke } from './domain/sessions/revoker.ts'
import { createTokenUses, type TokenUses } from './domain/sessions/token-uses.ts'
import { createToUser, type ToUser } from './domain/users/user.ts'
import type { Entrance } from './entrance.ts'
import { type PersonLimits, registerLimits } from './http/rate-limit.ts'
import { createDataCipher, type DataCipher } from './infra/crypto/data-cipher.ts'
import { createLookupHash } from './infra/crypto/lookup-hash.ts'
import type { Database } from './infra/database/client.ts'
import type { Jobs } from './infra/jobs/jobs.ts'
import type { Metrics } from './infra/metrics/metrics.ts'
import { type Counters, createMemoryCounters } from './infra/rate-limits/counters.ts'
import { openRedisCounters } from './infra/rate-limits/redis-counters.ts'
import { openStorage } from './infra/storage/open-storage.ts'
import type { FileStorage } from './infra/storage/storage.ts'
import { createWechatApps, type WechatApps } from './infra/wechat/apps.ts'
import type { WechatClient } from './infra/wechat/client.ts'

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
