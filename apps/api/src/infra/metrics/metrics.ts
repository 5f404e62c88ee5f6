import type { LoginResult } from '@repo/shared'
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Config } from '../../config/config.ts'
import type { RevocationList } from '../../domain/sessions/revocation-list.ts'
import type { Sessions } from '../../domain/sessions/sessions.ts'
import { toApiError } from '../../http/errors.ts'
import type { Database } from '../database/client.ts'
import type { DeadJobs } from '../jobs/dead-jobs.ts'
import type { WechatCall } from '../wechat/http.ts'
import { serveMetrics } from './serve-metrics.ts'

/** Counts what the parts of the API do. No label ever names a person or a secret. */
export type Metrics = {
  /** Counts the requests of an app, and serves the metrics from its start to its end. */
  attach(app: FastifyInstance): void
  countWechatCall(call: WechatCall): void
  /** Runs a login of any method and counts its result. */
  watchLogin(login: () => Promise<LoginResult>): Promise<LoginResult>
  watchSessions(sessions: Sessions): Sessions
  /** What is read when Prometheus asks, and costs nothing until then. */
  watchState(state: { revocationList: RevocationList; database: Database; deadJobs: DeadJobs }): void
}

/** Without a configuration nothing is measured, and everything passes through untouched. */
export function createMetrics(config: Config['metrics']): Metrics {
  if (config !== null) return createRealMetrics(config)
  return {
    attach() {},
    countWechatCall() {},
    watchLogin: (login) => login(),
    watchSessions: (sessions) => sessions,
    watchState() {},
  }
}

const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** One child per combination, kept, so that a request brings no labels to be gathered and checked. */
function watchRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Answered requests, and how long they took.',
    labelNames: ['method', 'route', 'status'],
    buckets: latencyBuckets,
    registers: [registry],
  })
  const children = new Map<string, { observe(seconds: number): void }>()
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const route = routeOptions.url ?? 'unknown'
    const status = reply.statusCode
    const key = `${method} ${route} ${status}`
    let child = children.get(key)
    if (child === undefined) {
      child = durations.labels({ method, route, status })
      children.set(key, child)
    }
    child.observe(reply.elapsedTime / 1000)
    done()
  })
}

function createRealMetrics(config: NonNullable<Config['metrics']>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const outcomes = (name: string, help: string) => {
    const counter = new Counter({ name, help, labelNames: ['outcome'], registers })
    return {
      succeeded: (outcome: string) => counter.inc({ outcome }),
      failed: (error: unknown) => counter.inc({ outcome: toApiError(error as Error).code }),
    }
  }
  const logins = outcomes('logins_total', 'Logins: new, returning, or the code of the error.')
  const refreshes = outcomes('refreshes_total', 'Refreshes: refreshed, or the code of the error.')
  const wechatCalls = new Histogram({
    name: 'wechat_call_duration_seconds',
    help: "How long calls to WeChat took, by result: ok, WeChat's errcode, failed (no answer to read), or not_sent.",
    labelNames: ['call', 'result'],
    buckets: latencyBuckets,
    registers,
  })
  const errcodeLabel = boundedLabel()

  return {
    attach(app) {
      watchRequests(app, registry)
      serveMetrics(app, registry, config)
    },
    countWechatCall({ call, outcome, errcode, durationMs }) {
      const result = outcome === 'rejected' ? errcodeLabel(String(errcode)) : outcome
      wechatCalls.observe({ call, result }, durationMs / 1000)
    },
    async watchLogin(login) {
      try {
        const result = await login()
        logins.succeeded(result.isNewUser ? 'new' : 'returning')
        return result
      } catch (error) {
        logins.failed(error)
        throw error
      }
    },
    watchSessions: (sessions) => ({
      ...sessions,
      async refresh(refreshToken, ip) {
        try {
          const result = await sessions.refresh(refreshToken, ip)
          refreshes.succeeded('refreshed')
          return result
        } catch (error) {
          refreshes.failed(error)
          throw error
        }
      },
    }),
    watchState({ revocationList, database, deadJobs }) {
      new Gauge({
        name: 'jobs_dead',
        help: 'Background jobs that failed for the last time and wait for an admin.',
        labelNames: ['kind'],
        registers,
        async collect() {
          // A database that is away takes no other metric along.
          const counts = await deadJobs.count().catch(() => null)
          if (counts === null) return
          this.reset()
          for (const [kind, count] of Object.entries(counts)) this.set({ kind }, count)
        },
      })
      new Gauge({
        name: 'revocation_list_age_seconds',
        help: 'Since when what other instances revoke is not known here.',
        registers,
        collect() {
          this.set(revocationList.ageMs() / 1000)
        },
      })
      new Gauge({
        name: 'database_pool_connections',
        help: 'Connections to the database (total, and idle of them), and requests that wait for one (waiting).',
        labelNames: ['state'],
        registers,
        collect() {
          for (const [state, count] of Object.entries(database.poolUse())) this.set({ state }, count)
        },
      })
    },
  }
}

/** Errcodes come from outside; a label that can take any value would fill Prometheus and our memory. */
function boundedLabel(maximum = 50): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.size < maximum) known.add(value)
    return known.has(value) ? value : 'other'
  }
}
