import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoginResult, Problem, Proof } from '@repo/shared'
import { startWechatSimulator, type WechatSimulator } from '@repo/wechat-simulator'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { expect } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import type { AppOptions } from '../../src/context.ts'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { createMetrics } from '../../src/infra/metrics/metrics.ts'
import { createWechatClient } from '../../src/infra/wechat/client.ts'
import { withConsent } from './consent.ts'
import { borrowTestDatabase, type TestDatabase } from './database.ts'
import { migrationsFolder } from './embedded-templates.ts'
import { expectErrorOfContract } from './expected-errors.ts'
import { testKeys } from './keys.ts'
import { highLimits } from './limits.ts'
import { memoryLog } from './memory-log.ts'
import { password } from './password.ts'

/** Two mini programs of one company, and one that is bound to no Open Platform account. */
export const apps = [
  { appId: 'wx1111111111111111', secret: `${'a'.repeat(31)}1`, openPlatform: 'company' },
  { appId: 'wx2222222222222222', secret: `${'b'.repeat(31)}2`, openPlatform: 'company' },
  { appId: 'wx3333333333333333', secret: `${'c'.repeat(31)}3` },
] as const
export const [firstApp, secondApp, unboundApp] = apps.map(({ appId }) => appId) as [string, string, string]

export const people = Array.from({ length: 400 }, (_, index) => ({
  id: `person-${index}`,
  name: `Person ${index}`,
}))

/** The API with its database, WeChat's simulator over HTTP, and its log. */
export type TestApp = {
  app: FastifyInstance
  config: Config
  /** Where uploaded files are stored. */
  storageFolder: string
  database: Database
  simulator: WechatSimulator
  log: () => string
  /** What `wx.login` returns on a user's phone. */
  code(person: string, appId?: string): Promise<string>
  /** What the phone button gives a user. */
  phoneCode(person: string, appId?: string): Promise<string>
  /** What `wx.getUserInfo` returned until 2021 or, with `anonymous`, since. */
  wechatProfile(person: string, more?: object): Promise<OpenProfile>
  /** A request as `wx.request` sends it; a login with a consent. */
  call(key: string, options?: CallOptions): Promise<Answer>
  /**
   * Proves that the caller owns the account: a code of the WeChat user that last logged in to it, or the password of
   * these tests where none has.
   */
  proofOf(accessToken: string): Promise<Proof>
  /** A login that must succeed. */
  login(person: string, body?: object): Promise<LoginResult>
  /** Speaks to the simulator's control endpoints. */
  control(method: string, path: string, body?: object): Promise<unknown>
  close(): Promise<void>
}

export type OpenProfile = { rawData: string; signature: string; encryptedData: string; iv: string }
export type CallOptions = {
  body?: unknown
  token?: string
  headers?: Record<string, string>
  remoteAddress?: string
}
export type Answer = {
  status: number
  headers: LightMyRequestResponse['headers']
  /** The JSON, or `undefined`; each test knows what it asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any
  text: string
  bytes: Buffer
}

/** @param target the database to use; absent, an empty one of this run's kind. */
export async function createTestApp(
  variables: Record<string, string> = {},
  target?: TestDatabase,
  options: Pick<AppOptions, 'guardianConsent'> = {},
): Promise<TestApp> {
  const simulator = await startWechatSimulator({ apps, users: people, now: () => Date.now() })
  const storageFolder = await mkdtemp(join(tmpdir(), 'wechat-login-files-'))
  const config = readConfig({
    ...testVariables(simulator.url),
    STORAGE_FOLDER: storageFolder,
    ...variables,
  })
  const { log, text } = memoryLog(config)
  const place = target ?? (await borrowTestDatabase())
  const { server, remove } = place
  const database = await openDatabase(place.config, { migrationsFolder, log, ...(server ? { server } : {}) })
  const metrics = createMetrics(config.metrics)
  const wechat = createWechatClient(config.wechat, { log, onCallEnd: metrics.countWechatCall })
  const app = await buildApp({ config, database, wechat, log, metrics, ...options })

  async function control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${simulator.url}/__simulator/${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    const text = await response.text()
    return text ? JSON.parse(text) : undefined
  }

  /** The phone of each code, and of each user. */
  const phoneOfCode = new Map<unknown, { person: string; appId: string }>()
  const phoneOfUser = new Map<string, { person: string; appId: string }>()

  async function code(person: string, appId: string = firstApp): Promise<string> {
    const { code } = (await control('POST', 'login', { appId, person })) as { code: string }
    phoneOfCode.set(code, { person, appId })
    return code
  }

  async function proofOf(accessToken: string): Promise<Proof> {
    const phone = phoneOfUser.get(userIdOf(accessToken))
    return phone ? { code: await code(phone.person, phone.appId), appId: phone.appId } : { password }
  }

  async function phoneCode(person: string, appId: string = firstApp): Promise<string> {
    return ((await control('POST', 'phone-code', { appId, person })) as { code: string }).code
  }

  async function call(
    key: string,
    { body: given, token, headers, remoteAddress }: CallOptions = {},
  ): Promise<Answer> {
    const body = withConsent(key, given)
    const [method, url] = key.split(' ') as ['GET', string]
    const response = await app.inject({
      method,
      url,
      headers: { ...wxRequestHeaders, ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      ...(remoteAddress ? { remoteAddress } : {}),
      ...(body === undefined ? {} : { payload: isRaw(body) ? body : JSON.stringify(body) }),
    })
    const { statusCode: status, payload: text } = response
    const parsed = /json/.test(String(response.headers['content-type'])) ? JSON.parse(text) : undefined
    if (status >= 400) expectErrorOfContract(key, parsed?.code, config)
    const { code, loginCode } = (body ?? {}) as { code?: unknown; loginCode?: unknown }
    const phone = phoneOfCode.get(code) ?? phoneOfCode.get(loginCode)
    if (phone && status === 200 && parsed?.user) phoneOfUser.set(parsed.user.id, phone)
    return { status, headers: response.headers, text, bytes: response.rawPayload, body: parsed }
  }

  async function login(person: string, body: { appId?: string } & object = {}): Promise<LoginResult> {
    const answer = await call('POST /v1/auth/login', {
      body: { code: await code(person, body.appId), sharedAccount: 'join', ...body },
    })
    if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.text}`)
    return answer.body
  }

  return {
    app,
    config,
    storageFolder,
    database,
    simulator,
    log: text,
    code,
    phoneCode,
    wechatProfile: (person, more = {}) =>
      control('POST', 'wechat-profile', {
        appId: firstApp,
        person,
        anonymous: false,
        ...more,
      }) as Promise<OpenProfile>,
    call,
    proofOf,
    login,
    control,
    async close() {
      await app.close()
      await wechat.close()
      await database.close()
      await simulator.close()
      await remove()
      await rm(storageFolder, { recursive: true, force: true })
    },
  }
}

const userIdOf = (accessToken: string): string =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sub

/** Bodies that are sent as they are rather than as JSON. */
const isRaw = (body: unknown): body is string | Buffer => typeof body === 'string' || Buffer.isBuffer(body)

/** `wx.request` sends this content type with every request, whether it has a body or not. */
const wxRequestHeaders = {
  'content-type': 'application/json',
  referer: 'https://servicewechat.com/wx1111111111111111/devtools/page-frame.html',
  'user-agent':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN',
}

export const testVariables = (simulatorUrl: string): Record<string, string> => ({
  NODE_ENV: 'test',
  WECHAT_API_URL: simulatorUrl,
  WECHAT_APPS: JSON.stringify(apps.map(({ appId, secret }) => ({ appId, secret }))),
  SHARE_ACCOUNTS_ACROSS_APPS: JSON.stringify(
    apps.map(({ appId }, index) => ({ appId, name: `Shop ${index + 1}` })),
  ),
  // As cheap as they may be.
  PASSWORD_HASH_MEMORY_KIB: '7168',
  PASSWORD_HASH_PASSES: '1',
  ...highLimits,
  ...testKeys(),
})

/** What every error response looks like. */
export const problem = (code: Problem['code'], status: number) => ({
  status,
  body: { title: expect.any(String), status, code, requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
})
