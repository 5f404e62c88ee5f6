import { createFindSession, type FindSession } from '../account/find-session.ts'
import { createMergeTickets, type MergeTickets } from '../account/merge-tickets.ts'
import { type BindWechat, createBindWechat } from '../binding/bind-wechat.ts'
import { createProveByCode, type ProveByCode } from '../binding/prove-by-code.ts'
import { createOwnershipVerifier, type OwnershipVerifier } from '../binding/verify-ownership.ts'
import { type AskAboutNickname, createAskAboutNickname } from '../content/ask-about-nickname.ts'
import { createCheckNicknameAgain } from '../content/check-nickname.ts'
import type { Foundation } from '../house.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { createPasswordAttempts } from '../limits/password-attempts.ts'
import { createPasswordHasher, type PasswordHasher } from '../password/password-hasher.ts'
import { createPasswords, type Passwords } from '../password/passwords.ts'
import { type ChangeLoginMethods, createChangeLoginMethods } from './change-login-methods.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { createIdentities, type Identities } from './identities.ts'
import { createRefuseUnknownInviter, type RefuseUnknownInviter } from './inviters.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { createKeepRefusals, type KeepRefusals } from './refusals.ts'
import { createSessionKeys, type SessionKeys } from './session-keys.ts'
import { createSessions, type Sessions } from './sessions.ts'

/** What ways to log in, and to prove who one is, are made of. */
export type Entrance = {
  askAboutNickname: AskAboutNickname
  bindWechat: BindWechat
  changeLoginMethods: ChangeLoginMethods
  exchange: Exchange
  findSession: FindSession
  hasher: PasswordHasher
  identities: Identities
  keepRefusals: KeepRefusals
  mergeTickets: MergeTickets
  ownership: OwnershipVerifier
  passwords: Passwords
  proveByCode: ProveByCode
  refuseUnknownInviter: RefuseUnknownInviter
  sessionKeys: SessionKeys
  sessions: Sessions
}

export function createEntrance(foundation: Foundation, { wake }: Jobs): Entrance {
  const { config, counters, database, metrics, revoke } = foundation
  const exchange = createExchange(foundation)
  const identities = createIdentities(foundation)
  const mergeTickets = createMergeTickets(database)
  const hasher = createPasswordHasher(config.passwordHash)
  const attempts = createPasswordAttempts(config.limits, counters)
  const passwords = createPasswords({ database, hasher, attempts })
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
    bindWechat: createBindWechat({ identities, mergeTickets, changeLoginMethods, revoke }),
    changeLoginMethods,
    exchange,
    findSession: createFindSession(database),
    hasher,
    identities,
    keepRefusals: createKeepRefusals(database),
    mergeTickets,
    ownership: createOwnershipVerifier({ database, passwords, proveByCode }),
    passwords,
    proveByCode,
    refuseUnknownInviter: createRefuseUnknownInviter(database),
    sessionKeys: createSessionKeys(foundation),
    sessions,
  }
}
