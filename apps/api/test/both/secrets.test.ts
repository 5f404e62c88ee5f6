import { api, type EndpointKey } from '@repo/shared'
import { afterEach, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createWitness, type Witness } from '../support/secrets.ts'
import { startWorld, type World } from '../support/world.ts'

/** Somebody who is logged in, and has the code of another login at hand. */
type Guest = { person: string; accessToken: string; refreshToken: string; code: string }

/** What can happen at an endpoint besides what `abuse` tries at every one; a new endpoint needs an entry here. */
const scenarios = {
  'POST /v1/auth/login': async ({ call }, { code }) => {
    await call('POST /v1/auth/login', { body: { code } })
    await call('POST /v1/auth/login', { body: { code } })
    await call('POST /v1/auth/login', { body: { code, appId: 'unknown' } })
  },
  'POST /v1/auth/refresh': async ({ call }, { refreshToken }) => {
    await call('POST /v1/auth/refresh', { body: { refreshToken } })
    await call('POST /v1/auth/refresh', { body: { refreshToken } })
    await call('POST /v1/auth/refresh', { body: { refreshToken: refreshToken.slice(0, -1) } })
  },
  'POST /v1/auth/logout': async ({ call }, { accessToken }) => {
    await call('POST /v1/auth/logout', { token: accessToken })
    await call('POST /v1/auth/logout', { token: accessToken })
  },
  'GET /v1/me': async ({ call }, { accessToken }) => {
    await call('GET /v1/me', { token: accessToken })
  },
  'PUT /v1/me/wechat-session': async ({ call }, { accessToken: token, code }) => {
    await call('PUT /v1/me/wechat-session', { token, body: { code } })
    await call('PUT /v1/me/wechat-session', { token, body: { code } })
  },
} satisfies Record<EndpointKey, (witness: Witness, guest: Guest) => Promise<void>>

const keys = Object.keys(api) as EndpointKey[]
/** The endpoints that exchange a code with WeChat. */
const exchanges = ['POST /v1/auth/login', 'PUT /v1/me/wechat-session'] as const

describe.runIf(hasDatabase)('no secret is shown in any answer, in the log or in a table', () => {
  let world: World
  let witness: Witness
  afterEach(() => world?.close())

  const start = async (variables: Record<string, string> = {}) => {
    world = await startWorld({ LOG_LEVEL: 'debug', WECHAT_TIMEOUT_MS: '300', ...variables })
    witness = createWitness(world)
  }

  async function welcome(person: string): Promise<Guest> {
    const { accessToken, refreshToken } = await witness.login(person)
    return { person, accessToken, refreshToken, code: await witness.code(person) }
  }

  /** What anybody can do at any endpoint. */
  async function abuse(key: EndpointKey, { accessToken, refreshToken, code }: Guest): Promise<void> {
    const forged = `${accessToken.slice(0, -6)}AAAAAA`
    const body = { code, refreshToken, extra: { accessToken } }
    await witness.call(key, { body })
    await witness.call(key, { token: forged, body })
    await witness.call(key, { token: `${accessToken} ${refreshToken}`, body })
    await witness.call(key, { token: accessToken, body: { code: [code], refreshToken: { refreshToken } } })
    await witness.call(key, {
      token: accessToken,
      body: `{"code":"${code}","refreshToken":"${refreshToken}"`,
    })
    await witness.call(key, { token: accessToken, body: JSON.stringify([code, 'x'.repeat(20_000)]) })
    await witness.call(key, { token: accessToken, body, headers: { 'content-type': `text/${code}` } })
    await witness.call(key.replace('/v1/', `/v1/${encodeURIComponent(code)}/`), { token: accessToken })
  }

  async function expectNoFindings(): Promise<void> {
    expect(await witness.findings()).toEqual([])
    expect(world.log(), 'a field is missing in the list of log.ts').not.toContain('"hidden":')
  }

  it.each(keys)('%s, whether it succeeds or fails', async (key) => {
    await start()
    expect(scenarios, 'a scenario for every endpoint').toHaveProperty([key])
    await scenarios[key](witness, await welcome('person-1'))
    await abuse(key, await welcome('person-2'))
    const statuses = witness.statuses(key)
    expect(statuses.some((status) => status < 300) && statuses.some((status) => status >= 400)).toBe(true)
    await expectNoFindings()
  })

  it('when the database refuses, with the values of the row in its message', async () => {
    await start()
    const guests = await Promise.all(keys.map((_, index) => welcome(`person-${index}`)))
    for (const table of ['users', 'sessions', 'wechat_identities'])
      await world.database.prisma.$executeRawUnsafe(
        `ALTER TABLE ${table} ADD CONSTRAINT never CHECK (false) NOT VALID`,
      )
    for (const [index, key] of keys.entries()) await scenarios[key](witness, guests[index] as Guest)
    expect(witness.statuses('POST /v1/auth/login')).toContain(500)
    expect(world.log()).toContain('"code":"23514"')
    await expectNoFindings()
  })

  it.each([
    ['hangs', 'hang'],
    ['stops halfway', 'stall'],
    ['resets the connection', 'reset'],
    ['closes the connection', 'cut'],
    ['answers half a JSON', 'broken-json'],
    ['answers with a page', 'html'],
    ['answers 502', '502'],
    ['answers too much', 'huge'],
    ['answers without session_key', 'incomplete'],
    ['refuses the AppSecret', '40125'],
    ['refuses the code', '40029'],
    ['is busy', '-1'],
  ])('when WeChat %s', async (_, fault) => {
    await start()
    for (const [index, key] of exchanges.entries()) {
      const { accessToken: token, code } = await welcome(`person-${index}`)
      await world.control('PUT', 'fault', { fault })
      const { status } = await witness.call(key, { token, body: { code } })
      expect(status).toBeGreaterThanOrEqual(400)
      await world.control('DELETE', 'fault')
    }
    expect(world.log()).toContain('WeChat did not exchange the code')
    await expectNoFindings()
  })

  it.each([
    ['its name is unknown', 'http://does-not-exist.invalid'],
    ['nothing listens there', 'http://127.0.0.1:1'],
  ])('when WeChat cannot be reached: %s', async (_, url) => {
    await start({ WECHAT_API_URL: url })
    const code = await witness.code('person-1')
    const { status, body } = await witness.call('POST /v1/auth/login', { body: { code } })
    expect([status, body.code]).toEqual([503, 'wechat_unavailable'])
    await expectNoFindings()
  })

  it.each([
    ['a quote', '0712cDoV0cfty22"AeloV0daMoV02cDog'],
    ['an apostrophe', "0712cDoV0cfty22'AeloV0daMoV02cDog"],
    ['what has a meaning in URLs', '0712cDoV0&secret=x#?/..%00%0d%0a'],
    ['Chinese characters', '码'.repeat(20)],
  ])('when the code has %s in it', async (_, code) => {
    await start()
    const { accessToken: token } = await welcome('person-1')
    for (const key of exchanges) expect((await witness.call(key, { token, body: { code } })).status).toBe(400)
    await expectNoFindings()
  })
})
