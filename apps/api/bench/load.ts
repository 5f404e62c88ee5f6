import autocannon from 'autocannon'
import { authenticatedPath, documentVersion, type Scenario } from './scenarios.ts'

export type Load = {
  url: string
  scenario: Scenario
  requests: number
  concurrency: number
  /** The users `user-0` to `user-<users - 1>` exist. */
  users: number
}

export type LoadResult = { requestsPerSecond: number; meanMs: number; p99Ms: number }

let counted = 0

/** @throws Error when a response is not a success: a fast rejection must not pass for a fast response. */
export async function runLoad({ url, scenario, requests, concurrency, users }: Load): Promise<LoadResult> {
  const nextRequest = await requestsOf(scenario, url, users)
  let firstError: string | undefined
  const startedAt = performance.now()
  const result = await autocannon({
    url,
    amount: requests,
    connections: Math.min(concurrency, requests),
    // A run ends at the end of a sample.
    sampleInt: 10,
    requests: [
      {
        setupRequest: (request) => ({ ...request, ...nextRequest() }),
        onResponse(status, body) {
          if (status !== 200) firstError ??= `${status} ${body}`
        },
      },
    ],
  })
  const seconds = (performance.now() - startedAt) / 1000
  if (result.errors > 0)
    firstError ??= `${result.errors} connection errors, ${result.timeouts} of them timeouts`
  if (firstError) throw new Error(`${scenario} at ${url}: ${firstError}`)
  return {
    requestsPerSecond: requests / seconds,
    meanMs: result.latency.average,
    p99Ms: result.latency.p99,
  }
}

async function requestsOf(scenario: Scenario, url: string, users: number): Promise<() => autocannon.Request> {
  if (scenario === 'newLogin') return () => loginRequest(`new-${++counted}-${process.pid}`)
  if (scenario === 'returningLogin') return () => loginRequest(`user-${nextUser(users)}`)
  const path = scenario === 'me' ? '/v1/me' : authenticatedPath
  const requests: autocannon.Request[] = []
  for (let count = 0; count < Math.min(users, 100); count += 1) {
    const { path: loginPath, ...request } = loginRequest(`user-${nextUser(users)}`)
    const response = await fetch(`${url}${loginPath}`, request)
    const text = await response.text()
    if (!response.ok) throw new Error(`login at ${url}: ${response.status} ${text}`)
    const { accessToken } = JSON.parse(text)
    requests.push({ method: 'GET', path, headers: { authorization: `Bearer ${accessToken}` } })
  }
  return () => requests[++counted % requests.length] as autocannon.Request
}

/** Strides through all users, so that the requests do not stay within a small part of a large table. */
const nextUser = (users: number) => (++counted * 7_919) % users

/** As the mini program sends it. */
export const loginRequest = (code: string) => ({
  method: 'POST' as const,
  path: '/v1/auth/login',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    code,
    device: { model: 'iPhone 15 Pro<iPhone16,1>', system: 'iOS 18.0' },
    consent: { agreementVersion: documentVersion, privacyVersion: documentVersion },
  }),
})
