import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Config } from '../../config/config.ts'
import type { Database } from '../database/client.ts'
import { toErrorCode } from '../error-code.ts'
import type { DeadJobs } from '../jobs/dead-jobs.ts'
import type { WechatCall } from '../wechat/http.ts'
import { serveMetrics } from './serve-metrics.ts'

/** Prometheus metrics. No label ever contains personal data or a secret. */
export type Metrics = {
  /** Counts the requests of an app, and serves the metrics while it runs. */
  attach(app: FastifyInstance): void
  countWechatCall(call: WechatCall): void
  /** Runs a login of any method and counts its outcome. */
  watchLogin<Result extends { isNewUser: boolean }>(login: () => Promise<Result>): Promise<Result>
  /** Runs a refresh and counts its outcome. */
  watchRefresh<Result>(refresh: () => Promise<Result>): Promise<Result>
  /** Gauges that are read only when Prometheus scrapes. */
  watchState(state: {
    revocationList: { ageMs(): number }
    database: Pick<Database, 'poolStats'>
    deadJobs: Pick<DeadJobs, 'count'>
  }): void
}

/** @param config `null`: nothing is measured. */
export function createMetrics(config: Config['metrics']): Metrics {
  if (config !== null) return createPrometheusMetrics(config)
  return {
    attach() {},
    countWechatCall() {},
    watchLogin: (login) => login(),
    watchRefresh: (refresh) => refresh(),
    watchState() {},
  }
}

const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Caches one child per combination of labels, so that a request does not validate labels again. */
function watchRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests that got a response.',
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

function createPrometheusMetrics(config: NonNullable<Config['metrics']>): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const logins = new Counter({
    name: 'logins_total',
    help: 'Logins by outcome: new, returning, or the error code.',
    labelNames: ['outcome'],
    registers,
  })
  const refreshes = new Counter({
    name: 'refreshes_total',
    help: 'Refreshes by outcome: refreshed, or the error code.',
    labelNames: ['outcome'],
    registers,
  })
  const wechatCalls = new Histogram({
    name: 'wechat_call_duration_seconds',
    help: "Duration of calls to WeChat by result: ok, WeChat's errcode, failed (no valid response), or not_sent.",
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
    watchLogin: (login) => countOutcome(logins, login, ({ isNewUser }) => (isNewUser ? 'new' : 'returning')),
    watchRefresh: (refresh) => countOutcome(refreshes, refresh, () => 'refreshed'),
    watchState({ revocationList, database, deadJobs }) {
      new Gauge({
        name: 'jobs_dead',
        help: 'Background jobs that failed for the last time and wait for an admin.',
        labelNames: ['kind'],
        registers,
        async collect() {
          // A database that is unavailable must not fail the other metrics.
          const counts = await deadJobs.count().catch(() => null)
          if (counts === null) return
          this.reset()
          for (const [kind, count] of Object.entries(counts)) this.set({ kind }, count)
        },
      })
      new Gauge({
        name: 'revocation_list_age_seconds',
        help: 'Time since this instance last read the revocations of other instances.',
        registers,
        collect() {
          this.set(revocationList.ageMs() / 1000)
        },
      })
      new Gauge({
        name: 'database_pool_connections',
        help: 'Database connections (total and idle), and requests that wait for one (waiting).',
        labelNames: ['state'],
        registers,
        collect() {
          for (const [state, count] of Object.entries(database.poolStats())) this.set({ state }, count)
        },
      })
    },
  }
}

async function countOutcome<Result>(
  counter: Counter<'outcome'>,
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => string,
): Promise<Result> {
  try {
    const result = await work()
    counter.inc({ outcome: outcomeOf(result) })
    return result
  } catch (error) {
    counter.inc({ outcome: toErrorCode(error) })
    throw error
  }
}

/** Errcodes come from outside, and a label with unlimited values would fill Prometheus and our memory. */
function boundedLabel(maximum = 50): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.size < maximum) known.add(value)
    return known.has(value) ? value : 'other'
  }
}
