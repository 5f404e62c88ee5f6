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
  /** Before the profile or the picture is changed: WeChat has to be asked, or a picture to be made. */
  profile(userId: string): Promise<void>
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * The hooks that count the requests of one address to an operation, or to the files: none where there is no limit.
     */
    limitAddress(key: EndpointKey | 'files'): onRequestHookHandler[]
  }
}

/** All limits are numbers per minute. */
const windowMs = 60_000

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
    const name = key === 'files' ? 'perIp' : addressLimitOf(key)
    const limit = limits[name]
    if (limit === 0) return []
    return [
      app.rateLimit({ max: limit, keyGenerator: ({ ip }) => `limit:${name}:${normalizeIP(ip)}` }),
    ] as onRequestHookHandler[]
  })

  async function count(
    name: 'loginPerPerson' | 'refreshPerSession' | 'profilePerPerson',
    who: string,
  ): Promise<void> {
    if (limits[name] === 0) return
    const { count, endsInMs } = await counters.hit(`limit:${name}:${who}`, windowMs)
    if (count > limits[name]) throw refusal(endsInMs)
  }
  return {
    login: ({ appId, openid }) => count('loginPerPerson', `${appId}:${openid}`),
    refresh: (sessionId) => count('refreshPerSession', sessionId),
    profile: (userId) => count('profilePerPerson', userId),
  }
}

/** Which limit counts the requests that one address sends to an operation. */
function addressLimitOf(key: EndpointKey): 'loginPerIp' | 'refreshPerIp' | 'adminPerIp' | 'perIp' {
  if (codeOperations.has(key)) return 'loginPerIp'
  if (key === 'POST /v1/auth/refresh') return 'refreshPerIp'
  return api[key].access === 'admin' ? 'adminPerIp' : 'perIp'
}

/** What exchanges a code uses up WeChat's quota, whoever asks. */
const codeOperations = new Set<EndpointKey>(['POST /v1/auth/login', 'PUT /v1/me/wechat-session'])

const refusal = (endsInMs: number) =>
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
