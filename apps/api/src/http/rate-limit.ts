import rateLimit, { type FastifyRateLimitStore, normalizeIP } from '@fastify/rate-limit'
import { api, type EndpointKey } from '@repo/shared'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Config } from '../config/config.ts'
import type { WechatIdentity } from '../domain/identities/wechat-identity.ts'
import { countTry, pace, refusal, type Try } from '../infra/rate-limits/attempts.ts'
import type { Counters } from '../infra/rate-limits/counters.ts'

/** By the WeChat identity, or by the account where there is none. */
type Person = WechatIdentity | { userId: string }

/** What a person may do how often, wherever they come from. Each throws ApiError `rate_limited`. */
export type PersonLimits = {
  /** Before a person whom WeChat has vouched for is logged in. */
  login(person: WechatIdentity): Promise<void>
  /** After WeChat knew a code that came from this IP. */
  loginFrom(ip: string): Promise<void>
  /** Before a password is looked at, by the IP of an unknown device: where there are too many, they take turns. */
  passwordFrom(ip: string): Promise<void>
  /** The same for a known device. Resolves with whether it is within its limit. */
  passwordOn(deviceId: string): Promise<boolean>
  /** Before what WeChat encrypted or signed is opened: to be taken back when it could be. */
  openData(userId: string): Promise<Try>
  /** Before a person who is logged in has a code exchanged: as often as they may log in, and counted by itself. */
  renewal(userId: string): Promise<void>
  /** Before WeChat is asked for a phone number. */
  phone(person: Person): Promise<void>
  /** Before a session is refreshed. */
  refresh(sessionId: string): Promise<void>
  /** Before everything about a user is read. */
  export(userId: string): Promise<void>
  /** Before the proof for a merge is looked at. */
  merge(ticketId: string): Promise<void>
  /** Before the profile or the picture is changed: WeChat has to be asked, or a picture to be made. */
  profile(userId: string): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * The hooks that count the requests of one address to an operation, or without a key to what the contract does not
     * name: none where there is no limit.
     */
    limitAddress(key?: EndpointKey): onRequestHookHandler[]
  }
}

/** Enough for whoever has an old session_key; a forger would need some thousand. */
const openDataFailures = 5
const openDataWindowMs = 60 * 60_000

/** All limits that are configured are numbers per minute, but that of exports. */
const windowMs = 60_000
const exportWindowMs = 60 * 60_000
/** As long as a ticket for a merge lives, and how often somebody may mistype what proves the other account. */
const proofWindowMs = 5 * 60_000
const proofsPerTicket = 5

/** Decorates the app with `limitAddress`, limits what leads nowhere, and gives the limits of people. */
export async function registerLimits(
  app: FastifyInstance,
  { limits, counters }: { limits: Config['limits']; counters: Counters },
): Promise<PersonLimits> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: windowMs,
    enableDraftSpec: true,
    store: pluginStore(counters),
    errorResponseBuilder: (_request, { ttl }) => refusal(ttl),
  })

  app.decorate('limitAddress', (key) => {
    const name = addressLimitOf(key)
    const limit = limits[name]
    if (limit === 0) return []
    return [
      app.rateLimit({ max: limit, keyGenerator: ({ ip }) => `limit:${name}:${normalizeIP(ip)}` }),
    ] as onRequestHookHandler[]
  })

  // The not-found handler's own hooks would come too late: when the body has been read.
  for (const limit of app.limitAddress()) {
    app.addHook('onRequest', async function (request, reply) {
      if (request.is404) await limit.call(this, request, reply, () => {})
    })
  }

  async function count(name: string, limit: number, who: string, window = windowMs): Promise<void> {
    const { isOver, endsInMs } = await tryOnce(name, limit, who, window)
    if (isOver) throw refusal(endsInMs)
  }

  const tryOnce = (name: string, limit: number, who: string, window = windowMs) =>
    countTry(counters, { key: `limit:${name}:${who}`, limit, windowMs: window })

  return {
    login: (person) => count('loginPerUser', limits.loginPerUser, nameOf(person)),
    loginFrom: (ip) => count('loginPerIp', limits.loginPerIp, normalizeIP(ip)),
    async passwordFrom(ip) {
      const address = normalizeIP(ip)
      const { isOver } = await tryOnce('passwordPerIp', limits.passwordPerIp, address)
      if (isOver) await pace(counters, `passwordPerIp:${address}`)
    },
    async passwordOn(deviceId) {
      const { isOver } = await tryOnce('passwordPerDevice', limits.passwordPerIp, deviceId)
      return !isOver
    },
    async openData(userId) {
      const attempt = await tryOnce('openData', openDataFailures, userId, openDataWindowMs)
      if (attempt.isOver) throw refusal(attempt.endsInMs)
      return attempt
    },
    renewal: (userId) => count('renewalPerUser', limits.loginPerUser, userId),
    phone: (person) => count('phonePerUser', limits.phonePerUser, nameOf(person)),
    refresh: (sessionId) => count('refreshPerSession', limits.refreshPerSession, sessionId),
    export: (userId) => count('exportPerUser', limits.exportPerUser, userId, exportWindowMs),
    merge: (ticketId) => count('merge', proofsPerTicket, ticketId, proofWindowMs),
    profile: (userId) => count('profilePerUser', limits.profilePerUser, userId),
  }
}

const nameOf = (person: Person) => ('userId' in person ? person.userId : `${person.appId}:${person.openid}`)

/** Which limit counts the requests that one address sends to an operation. */
function addressLimitOf(
  key: EndpointKey | undefined,
): 'passwordPerIp' | 'refreshPerIp' | 'adminPerIp' | 'perIp' {
  if (key === undefined) return 'perIp'
  if (passwordOperations.has(key)) return 'passwordPerIp'
  if (key === 'POST /v1/auth/refresh') return 'refreshPerIp'
  return api[key].access === 'admin' ? 'adminPerIp' : 'perIp'
}

/** What makes accounts, or lets passwords be tried out; a login counts for itself, once it is known from which device. */
const passwordOperations = new Set<EndpointKey>(['POST /v1/auth/register', 'POST /v1/auth/delete'])

/** Our counters as the plugin wants a store. The keys carry the name of their limit, so one store does for all. */
function pluginStore(counters: Counters) {
  return class Store implements FastifyRateLimitStore {
    incr(
      key: string,
      done: (error: Error | null, result?: { current: number; ttl: number }) => void,
      window: number,
    ): void {
      const result = counters.hit(key, window)
      if (!(result instanceof Promise)) done(null, { current: result.count, ttl: result.endsInMs })
      else result.then(({ count, endsInMs }) => done(null, { current: count, ttl: endsInMs }), done)
    }

    child(): Store {
      return this
    }
  }
}
