import rateLimit, { type FastifyRateLimitStore, normalizeIP } from '@fastify/rate-limit'
import { api, type EndpointKey } from '@repo/shared'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Config } from '../config.ts'
import { ApiError } from '../problem.ts'
import type { Counters } from './counters.ts'

/** What a person may do how often, wherever they come from. Each throws ApiError `rate_limited`. */
export type PersonLimits = {
  /** Before a person whom WeChat has vouched for is logged in. */
  login(person: { appId: string; openid: string }): Promise<void>
  /** Before a session is refreshed. */
  refresh(sessionId: string): Promise<void>
  /** Before the proof for a merge is looked at. */
  merge(ticketId: string): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The hooks that count the requests of one address to an operation: none where there is no limit. */
    limitAddress(key: EndpointKey): onRequestHookHandler[]
  }
}

/** All limits that are configured are numbers per minute. */
const windowMs = 60_000
/** As long as a ticket for a merge lives, and how often somebody may mistype what proves the other account. */
const proofWindowMs = 5 * 60_000
const proofsPerTicket = 5

/** Decorates the app with `limitAddress`, and gives the limits of people. */
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

  async function count(name: 'loginPerPerson' | 'refreshPerSession', who: string): Promise<void> {
    if (limits[name] === 0) return
    const { count, endsInMs } = await counters.hit(`limit:${name}:${who}`, windowMs)
    if (count > limits[name]) throw refusal(endsInMs)
  }
  async function countProof(ticketId: string): Promise<void> {
    const { count, endsInMs } = await counters.hit(`limit:merge:${ticketId}`, proofWindowMs)
    if (count > proofsPerTicket) throw refusal(endsInMs)
  }
  return {
    merge: countProof,
    login: ({ appId, openid }) => count('loginPerPerson', `${appId}:${openid}`),
    refresh: (sessionId) => count('refreshPerSession', sessionId),
  }
}

/** Which limit counts the requests that one address sends to an operation. */
function addressLimitOf(
  key: EndpointKey,
): 'loginPerIp' | 'passwordPerIp' | 'refreshPerIp' | 'adminPerIp' | 'perIp' {
  if (codeOperations.has(key)) return 'loginPerIp'
  if (passwordOperations.has(key)) return 'passwordPerIp'
  if (key === 'POST /v1/auth/refresh') return 'refreshPerIp'
  return api[key].access === 'admin' ? 'adminPerIp' : 'perIp'
}

/** What exchanges a code uses up WeChat's quota, whoever asks. */
const codeOperations = new Set<EndpointKey>([
  'POST /v1/auth/login',
  'POST /v1/auth/password-reset',
  'PUT /v1/me/wechat-session',
  'PUT /v1/me/wechat',
  'PUT /v1/me/password',
  'POST /v1/me/merge',
])

/** What anybody can try out passwords or usernames with. */
const passwordOperations = new Set<EndpointKey>(['POST /v1/auth/register', 'POST /v1/auth/password-login'])

export const refusal = (endsInMs: number) =>
  new ApiError('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil(endsInMs / 1000)) })

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
