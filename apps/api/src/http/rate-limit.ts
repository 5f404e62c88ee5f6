import rateLimit, { type FastifyRateLimitStore, normalizeIP } from '@fastify/rate-limit'
import { api, type Endpoint, type EndpointKey } from '@repo/shared'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Config } from '../config/config.ts'
import { rateLimited } from '../infra/rate-limits/attempts.ts'
import type { Counters } from '../infra/rate-limits/counters.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * The hooks that count the requests of an IP to an endpoint, or without a key to a route outside the contract. Empty
     * where there is no limit.
     */
    rateLimitByIp(key?: EndpointKey): onRequestHookHandler[]
  }
}

const windowMs = 60_000

/** The configured limit of each class of the contract. */
const limitOfClass = {
  standard: 'perIp',
  password: 'passwordPerIp',
  refresh: 'refreshPerIp',
  admin: 'adminPerIp',
} as const satisfies Record<Endpoint['rateLimit'], keyof Config['limits']>

/** Decorates the app with `rateLimitByIp`, and limits requests that match no route. */
export async function registerRateLimit(
  app: FastifyInstance,
  { limits, counters }: { limits: Config['limits']; counters: Counters },
): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: windowMs,
    enableDraftSpec: true,
    store: createStore(counters),
    errorResponseBuilder: (_request, { ttl }) => rateLimited(ttl),
  })

  app.decorate('rateLimitByIp', (key) => {
    const name = limitOfClass[key === undefined ? 'standard' : api[key].rateLimit]
    const max = limits[name]
    if (max === 0) return []
    return [
      app.rateLimit({ max, keyGenerator: ({ ip }) => `limit:${name}:${normalizeIP(ip)}` }),
    ] as onRequestHookHandler[]
  })

  // The not-found handler's own hooks would run too late, after the body has been read.
  for (const limit of app.rateLimitByIp()) {
    app.addHook('onRequest', async function (request, reply) {
      if (request.is404) await limit.call(this, request, reply, () => {})
    })
  }
}

/** Our counters as the plugin's store. The keys contain the name of their limit, so that one store serves all. */
function createStore(counters: Counters) {
  return class Store implements FastifyRateLimitStore {
    incr(
      key: string,
      done: (error: Error | null, result?: { current: number; ttl: number }) => void,
      window: number,
    ): void {
      const state = counters.increment(key, window)
      if (!(state instanceof Promise)) done(null, { current: state.count, ttl: state.endsInMs })
      else state.then(({ count, endsInMs }) => done(null, { current: count, ttl: endsInMs }), done)
    }

    child(): Store {
      return this
    }
  }
}
