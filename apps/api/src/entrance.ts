import type { Foundation } from './context.ts'
import { createMergeTickets, type MergeTickets } from './domain/accounts/merge-tickets.ts'
import { createKeepRefusals, type KeepRefusals } from './domain/audit/audit-failed-login.ts'
import { type BindWechat, createBindWechat } from './domain/identities/bind-wechat.ts'
import {
  type AskWhoseCode,
  createAskWhoseCode,
  createExchange,
  type Exchange,
} from './domain/identities/exchange-login-code.ts'
import { createGuardExchange } from './domain/identities/failed-exchanges.ts'
import { createOpenData, type OpenData } from './domain/identities/open-data.ts'
import { createSessionKeys, type SessionKeys } from './domain/identities/session-keys.ts'
import { createIdentities, type Identities } from './domain/identities/wechat-identities.ts'
import { type AskAboutNickname, createAskAboutNickname } from './domain/moderation/moderate-nickname.ts'
import { createCheckNicknameAgain } from './domain/moderation/recheck-nickname.ts'
import { createProveByCode, type ProveByCode } from './domain/ownership/resolve-user-by-login-code.ts'
import { createOwnershipVerifier, type OwnershipVerifier } from './domain/ownership/verify-ownership.ts'
import { createPasswordAttempts } from './domain/passwords/attempt-limits.ts'
import { createPasswordHasher, type PasswordHasher } from './domain/passwords/hasher.ts'
import { createPasswords, type Passwords } from './domain/passwords/passwords.ts'
import { type ChangeLoginMethods, createChangeLoginMethods } from './domain/sessions/change-login-methods.ts'
import { createDeviceTokens, type DeviceTokens } from './domain/sessions/device-tokens.ts'
import { createFindSession, type FindSession } from './domain/sessions/load-session.ts'
import { createRefreshTokens } from './domain/sessions/refresh-tokens.ts'
import { createSessions, type Sessions } from './domain/sessions/sessions.ts'
import type { Jobs } from './infra/jobs/jobs.ts'

/** What ways to log in, and to prove who one is, are made of. */
export type Entrance = {
  askAboutNickname: AskAboutNickname
  askWhoseCode: AskWhoseCode
  bindWechat: BindWechat
  changeLoginMethods: ChangeLoginMethods
  deviceTokens: DeviceTokens
  exchange: Exchange
  findSession: FindSession
  hasher: PasswordHasher
  identities: Identities
  keepRefusals: KeepRefusals
  mergeTickets: MergeTickets
  openData: OpenData
  ownership: OwnershipVerifier
  passwords: Passwords
  proveByCode: ProveByCode
  sessionKeys: SessionKeys
  sessions: Sessions
}

export function createEntrance(foundation: Foundation, { wake }: Jobs): Entrance {
  const { config, counters, database, metrics, revoke } = foundation
  const deviceTokens = createDeviceTokens(config.refreshToken.keys)
  const guardExchange = createGuardExchange({ limits: config.limits, counters, deviceTokens })
  const askWhoseCode = createAskWhoseCode({ ...foundation, guardExchange })
  const exchange = createExchange({ ...foundation, askWhoseCode })
  const identities = createIdentities(foundation)
  const sessionKeys = createSessionKeys(foundation)
  const mergeTickets = createMergeTickets(database)
  const hasher = createPasswordHasher(config.passwordHash)
  const attempts = createPasswordAttempts(config.limits, counters)
  const passwords = createPasswords({ database, hasher, attempts, deviceTokens })
  const proveByCode = createProveByCode({ ...foundation, exchange, identities })
  const sessions = metrics.watchSessions(
    createSessions({
      ...foundation,
      refreshTokens: createRefreshTokens(config.refreshToken.keys),
      checkNicknameAgain: createCheckNicknameAgain({ ...foundation, wake }),
      config: { ...config.refreshToken, sessionsPerUser: config.sessionsPerUser },
    }),
  )
  const changeLoginMethods = createChangeLoginMethods({ revoke, sessions })
  return {
    askAboutNickname: createAskAboutNickname(foundation),
    askWhoseCode,
    bindWechat: createBindWechat({ identities, mergeTickets, changeLoginMethods, revoke }),
    changeLoginMethods,
    deviceTokens,
    exchange,
    findSession: createFindSession(database),
    hasher,
    identities,
    keepRefusals: createKeepRefusals(foundation),
    mergeTickets,
    openData: createOpenData({ ...foundation, sessionKeys }),
    ownership: createOwnershipVerifier({ database, passwords, proveByCode }),
    passwords,
    proveByCode,
    sessionKeys,
    sessions,
  }
}
