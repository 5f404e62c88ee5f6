import { createFindSession, type FindSession } from '../account/find-session.ts'
import { createMergeTickets, type MergeTickets } from '../account/merge-tickets.ts'
import { type BindWechat, createBindWechat } from '../binding/bind-wechat.ts'
import { createProveAccount, type ProveAccount } from '../binding/prove-account.ts'
import { createProveByCode, type ProveByCode } from '../binding/prove-by-code.ts'
import { type AskAboutNickname, createAskAboutNickname } from '../content/ask-about-nickname.ts'
import { createCheckNicknameAgain } from '../content/check-nickname.ts'
import type { Foundation } from '../house.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { createPasswordAttempts } from '../limits/password-attempts.ts'
import { createPasswordHasher, type PasswordHasher } from '../password/password-hasher.ts'
import { createPasswords, type Passwords } from '../password/passwords.ts'
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
  exchange: Exchange
  findSession: FindSession
  hasher: PasswordHasher
  identities: Identities
  keepRefusals: KeepRefusals
  mergeTickets: MergeTickets
  passwords: Passwords
  proveAccount: ProveAccount
  proveByCode: ProveByCode
  refuseUnknownInviter: RefuseUnknownInviter
  sessionKeys: SessionKeys
  sessions: Sessions
}

export function createEntrance(foundation: Foundation, { wake }: Jobs): Entrance {
  const { config, counters, database, metrics } = foundation
  const exchange = createExchange(foundation)
  const identities = createIdentities(foundation)
  const mergeTickets = createMergeTickets(database)
  const hasher = createPasswordHasher(config.passwordHash)
  const attempts = createPasswordAttempts(config.limits, counters)
  const passwords = createPasswords({ database, hasher, attempts })
  const proveByCode = createProveByCode({ ...foundation, exchange, identities })
  const sessions = createSessions({
    ...foundation,
    refreshTokens: createRefreshTokens(config.refreshToken.keys),
    checkNicknameAgain: createCheckNicknameAgain({ ...foundation, wake }),
    config: { ...config.refreshToken, sessionsPerUser: config.sessionsPerUser },
  })
  return {
    askAboutNickname: createAskAboutNickname(foundation),
    bindWechat: createBindWechat({ database, identities, mergeTickets }),
    exchange,
    findSession: createFindSession(database),
    hasher,
    identities,
    keepRefusals: createKeepRefusals(foundation),
    mergeTickets,
    passwords,
    proveAccount: createProveAccount({ passwords, proveByCode }),
    proveByCode,
    refuseUnknownInviter: createRefuseUnknownInviter(database),
    sessionKeys: createSessionKeys(foundation),
    sessions: metrics.watchSessions(sessions),
  }
}
