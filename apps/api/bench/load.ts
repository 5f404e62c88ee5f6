import { performance } from 'node:perf_hooks'
import { Pool } from 'undici'
import { authenticatedPath, type Contestant, type Scenario } from './scenarios.ts'

/** What the load process is told to do. */
export type LoadTask = {
  url: string
  contestant: Contestant
  scenario: Scenario
  requests: number
  concurrency: number
  /** The people `person-0` to `person-<users - 1>` are registered. */
  users: number
}

export type LoadResult = { requestsPerSecond: number; p50Ms: number; p99Ms: number } | { failure: string }

type Request = { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string }

const pools = new Map<string, Pool>()
let counted = 0

process.on('message', (task: LoadTask) => {
  run(task).then(
    (result) => process.send?.(result),
    (error: Error) => process.send?.({ failure: error.message }),
  )
})
process.on('disconnect', () => process.exit())

async function run({ url, scenario, requests, concurrency, users }: LoadTask): Promise<LoadResult> {
  const pool = pools.get(url) ?? new Pool(url, { connections: concurrency, pipelining: 1 })
  pools.set(url, pool)
  const next = await requestsOf(scenario, pool, users)
  const latencies = new Float64Array(requests)
  let sent = 0
  async function keepAsking(): Promise<void> {
    while (sent < requests) {
      const index = sent++
      const request = next()
      const startedAt = performance.now()
      await answerOf(pool, request)
      latencies[index] = performance.now() - startedAt
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: concurrency }, keepAsking))
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort()
  const percentile = (share: number) => latencies[Math.ceil(requests * share) - 1] ?? 0
  return { requestsPerSecond: requests / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99) }
}

/** Makes the requests of a scenario, one by one. */
async function requestsOf(scenario: Scenario, pool: Pool, users: number): Promise<() => Request> {
  if (scenario === 'loginOfNew') return () => login(`new-${++counted}-${process.pid}`)
  if (scenario === 'loginOfReturning') return () => login(`person-${somebody(users)}`)
  const path = scenario === 'me' ? '/v1/me' : authenticatedPath
  const people: Request[] = []
  for (let count = 0; count < Math.min(users, 100); count += 1) {
    const { accessToken } = JSON.parse(await answerOf(pool, login(`person-${somebody(users)}`)))
    people.push({ method: 'GET', path, headers: { authorization: `Bearer ${accessToken}` } })
  }
  return () => people[++counted % people.length] as Request
}

/** Strides through all of them, so that no small part of a large table is all that is ever asked for. */
const somebody = (users: number) => (++counted * 7_919) % users

/** As the mini program sends it. */
const login = (code: string): Request => ({
  method: 'POST',
  path: '/v1/auth/login',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code, device: { model: 'iPhone 15 Pro<iPhone16,1>', system: 'iOS 18.0' } }),
})

/** @throws Error when the answer is not a success: a fast refusal must not pass for a fast answer. */
async function answerOf(pool: Pool, request: Request): Promise<string> {
  const { statusCode, body } = await pool.request(request)
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`${request.method} ${request.path}: ${statusCode} ${text}`)
  return text
}
