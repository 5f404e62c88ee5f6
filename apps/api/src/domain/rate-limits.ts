import { normalizeIP } from '@fastify/rate-limit'
import type { Config } from '../config/config.ts'
import { type Attempt, countAttempt, pace, rateLimited } from '../infra/rate-limits/attempts.ts'
import type { Counters } from '../infra/rate-limits/counters.ts'
import type { WechatIdentity } from './identities/wechat-identity.ts'

/** A WeChat identity, or the account of a user without one. */
type Subject = WechatIdentity | { userId: string }

/** Limits that need to know more than the IP of a request. Each throws ApiError `rate_limited`. */
export type UserRateLimits = {
  /** Before a WeChat identity that WeChat has verified is logged in. */
  login(identity: WechatIdentity): Promise<void>
  /** After WeChat accepted a code that came from this IP. */
  loginFrom(ip: string): Promise<void>
  /** Before a password is verified for an unknown device: above the limit of its IP, requests proceed one at a time. */
  passwordFrom(ip: string): Promise<void>
  /** The same for a known device. Resolves with whether it is within its limit. */
  passwordOn(deviceId: string): Promise<boolean>
  /** Before data that WeChat encrypted or signed is opened: to be undone when that succeeds. */
  openData(userId: string): Promise<Attempt>
  /** Before the code of a logged-in user is exchanged: the limit of logins, with a counter of its own. */
  renewal(userId: string): Promise<void>
  /** Before WeChat is asked for a phone number. */
  phone(subject: Subject): Promise<void>
  /** Before a session is refreshed. */
  refresh(sessionId: string): Promise<void>
  /** Before all data of a user is read. */
  export(userId: string): Promise<void>
  /** Before a banned user files another appeal. */
  appeal(userId: string): Promise<void>
  /** Before the proof for a merge is verified. */
  merge(ticketId: string): Promise<void>
  /** Before the profile or the avatar changes, since WeChat checks it or an image is encoded. */
  profile(userId: string): Promise<void>
}

/** Enough for a client with an old session_key; a forger would need some thousand. */
const openDataFailures = 5
const openDataWindowMs = 60 * 60_000

/** All configured limits are per minute, except for exports. */
const windowMs = 60_000
const exportWindowMs = 60 * 60_000
/** An appeal that was rejected can be filed again, but admins read each one. */
const appealsPerDay = 3
const appealWindowMs = 24 * 60 * 60_000
/** The lifetime of a merge ticket, and how many wrong proofs it allows. */
const mergeWindowMs = 5 * 60_000
const proofsPerTicket = 5

export function createUserRateLimits(limits: Config['limits'], counters: Counters): UserRateLimits {
  const attempt = (name: string, limit: number, subject: string, window = windowMs) =>
    countAttempt(counters, { key: `limit:${name}:${subject}`, limit, windowMs: window })

  async function count(name: string, limit: number, subject: string, window = windowMs): Promise<Attempt> {
    const counted = await attempt(name, limit, subject, window)
    if (counted.isOverLimit) throw rateLimited(counted.endsInMs)
    return counted
  }

  const countOnly = async (...args: Parameters<typeof count>): Promise<void> => void (await count(...args))

  return {
    login: (identity) => countOnly('loginPerUser', limits.loginPerUser, keyOf(identity)),
    loginFrom: (ip) => countOnly('loginPerIp', limits.loginPerIp, normalizeIP(ip)),
    async passwordFrom(ip) {
      const normalized = normalizeIP(ip)
      const { isOverLimit } = await attempt('passwordPerIp', limits.passwordPerIp, normalized)
      if (isOverLimit) await pace(counters, `passwordPerIp:${normalized}`)
    },
    async passwordOn(deviceId) {
      const { isOverLimit } = await attempt('passwordPerDevice', limits.passwordPerIp, deviceId)
      return !isOverLimit
    },
    openData: (userId) => count('openData', openDataFailures, userId, openDataWindowMs),
    renewal: (userId) => countOnly('renewalPerUser', limits.loginPerUser, userId),
    phone: (subject) => countOnly('phonePerUser', limits.phonePerUser, keyOf(subject)),
    refresh: (sessionId) => countOnly('refreshPerSession', limits.refreshPerSession, sessionId),
    export: (userId) => countOnly('exportPerUser', limits.exportPerUser, userId, exportWindowMs),
    appeal: (userId) => countOnly('appealPerUser', appealsPerDay, userId, appealWindowMs),
    merge: (ticketId) => countOnly('merge', proofsPerTicket, ticketId, mergeWindowMs),
    profile: (userId) => countOnly('profilePerUser', limits.profilePerUser, userId),
  }
}

const keyOf = (subject: Subject) =>
  'userId' in subject ? subject.userId : `${subject.appId}:${subject.openid}`
