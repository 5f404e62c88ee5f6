import { randomBytes } from 'node:crypto'
import { type Plan, reportPlans } from '../test/support/plans.ts'
import { bundleServers } from './bundle.ts'
import { openBenchmarkDatabases } from './databases.ts'
import { loginRequest } from './load.ts'
import { newKeys } from './new-keys.ts'
import type { Options } from './options.ts'
import { filledTable, sequentialScans } from './plans.ts'
import { startServerProcess } from './server-process.ts'

/** More than the five after which PostgreSQL may take a plan that fits all parameters. */
const repeats = 12

/**
 * Runs the hot paths against many users and prints the plan of each statement that the API sent.
 *
 * @returns whether none reads a whole table.
 */
export async function explainHotPaths(options: Options, say: (line: string) => void): Promise<boolean> {
  const stops: (() => Promise<unknown>)[] = []
  try {
    const databases = await openBenchmarkDatabases({ folder: '', ...options, embedded: false, say })
    stops.push(databases.close)
    const database = await databases.of('apiWithManyUsers')
    if (!('url' in database)) throw new Error('--explain needs a PostgreSQL')
    // Those inside functions too.
    await reportPlans(database.url, { log_nested_statements: 'on' })
    const { files, remove } = await bundleServers()
    stops.push(remove)
    const wechat = await startServerProcess(files.fakeWechat, {})
    stops.push(wechat.stop)
    const settings = { database, wechatUrl: wechat.url, ...newKeys(), explain: true }
    const api = await startServerProcess(files.api, settings)
    stops.push(api.stop)
    await api.plans()
    for (let count = 0; count < repeats; count += 1) await takeHotPaths(api.url, count)
    return print((await api.plans()).filter(isOfHotPath))
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** The retention starts meanwhile: a page of it is a good part of a small table. */
const isOfHotPath = ({ statement, plan }: Plan) =>
  filledTable.test(plan) && !/^\s*WITH (page|deleted) AS/.test(statement)

async function takeHotPaths(url: string, count: number): Promise<void> {
  const call = async (method: string, path: string, body?: string, token?: string) => {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text ? JSON.parse(text) : undefined
  }
  const logIn = (code: string) => {
    const { method, path, body } = loginRequest(code)
    return call(method, path, body)
  }
  await logIn(`explained-${randomBytes(8).toString('hex')}`)
  const { refreshToken } = await logIn(`user-${count}`)
  const { accessToken } = await call('POST', '/v1/auth/refresh', JSON.stringify({ refreshToken }))
  await call('GET', '/v1/me', undefined, accessToken)
  await call('POST', '/v1/auth/logout', undefined, accessToken)
}

function print(plans: Plan[]): boolean {
  for (const { statement, plan } of plans) console.log(`${statement.trim()}\n\n${plan}\n\n---\n`)
  const scanned = plans.filter((plan) => sequentialScans(plan).length > 0)
  for (const plan of scanned)
    console.log(`SCANS ${sequentialScans(plan).join(', ')}: ${plan.statement.trim().slice(0, 200)}`)
  console.log(`${plans.length} plans, ${scanned.length} of them scan a whole table`)
  return plans.length > 0 && scanned.length === 0
}
