import { startTestRedis, type TestRedis } from '@repo/tooling/test-redis'
import { afterAll, afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { createPostgresDatabase } from '../support/database.ts'
import { testKeys } from '../support/keys.ts'
import { problem, startWorld, type World } from '../support/world.ts'

const found = await startTestRedis()
const reachable = found as TestRedis
const power = found?.power
afterAll(() => found?.stop())

/** Instances that share one Redis, and one WeChat. */
const worlds: World[] = []
async function startInstance(
  variables: Record<string, string> = {},
  target?: Parameters<typeof startWorld>[1],
): Promise<World> {
  const first = worlds[0]
  const world = await startWorld(
    {
      REDIS_URL: reachable.url,
      ...(first ? { WECHAT_API_URL: first.simulator.url } : {}),
      ...variables,
    },
    target,
  )
  worlds.push(world)
  return world
}
beforeEach(() => found?.empty())
afterEach(async () => {
  for (const world of worlds.splice(0).reverse()) await world.close()
})

const request = (world: World) => world.call('GET /v1/me', { remoteAddress: '192.0.2.1' })
const statusesOf = async (world: World, requests: number) => {
  const statuses = []
  for (let index = 0; index < requests; index += 1) statuses.push((await request(world)).status)
  return statuses
}
/** Lines of the log that say that Redis is away. */
const reports = (world: World) => world.log().split('"Redis does not answer').length - 1
const recovered = (world: World) => world.log().includes('Redis answers again')

/** Each test starts databases of its own, several at once. */
const patience = { timeout: 60_000 }

describe.skipIf(found === null)('limits in Redis', patience, () => {
  it('are true across instances, for addresses', async () => {
    const [one, other] = [
      await startInstance({ LIMIT_PER_IP: '3' }),
      await startInstance({ LIMIT_PER_IP: '3' }),
    ]
    expect(await statusesOf(one, 2)).toEqual([401, 401])
    expect(await statusesOf(other, 2)).toEqual([401, 429])
    expect(await request(one)).toMatchObject({
      ...problem('rate_limited', 429),
      headers: { 'retry-after': expect.stringMatching(/^(5\d|60)$/) },
    })
  })

  it('are true across instances, for people and sessions', async () => {
    // The same keys, as instances of one API have them.
    const variables = { ...testKeys(), LIMIT_LOGIN_PER_PERSON: '2', LIMIT_REFRESH_PER_SESSION: '1' }
    const [one, other] = [await startInstance(variables), await startInstance(variables)]
    const logIn = async (world: World) =>
      (await world.call('POST /v1/auth/login', { body: { code: await one.code('person-1') } })).status
    expect([await logIn(one), await logIn(other), await logIn(one), await logIn(other)]).toEqual([
      200, 200, 429, 429,
    ])
    const { refreshToken } = await one.login('person-2')
    const refresh = async (world: World) =>
      (await world.call('POST /v1/auth/refresh', { body: { refreshToken } })).status
    expect(await refresh(one)).not.toBe(429)
    expect(await refresh(other)).toBe(429)
  })

  it.runIf(inject('postgresUrl') !== null)(
    'are true across instances for passwords, and forgotten on all by the right one',
    async () => {
      const target = await createPostgresDatabase()
      const variables = { ...testKeys(), LIMIT_PASSWORD_PER_ACCOUNT: '2' }
      const one = await startInstance(variables, target)
      const other = await startInstance(variables, { ...target, remove: async () => {} })
      const account = { username: 'shared-one', password: 'correct horse battery' }
      await one.call('POST /v1/auth/register', { body: account })
      const logIn = async (world: World, password = account.password) =>
        (await world.call('POST /v1/auth/password-login', { body: { ...account, password } })).status
      expect([await logIn(one, 'wrong'), await logIn(other)]).toEqual([400, 200])
      expect([await logIn(one, 'wrong'), await logIn(other, 'wrong'), await logIn(one)]).toEqual([
        400, 400, 429,
      ])
    },
  )

  it('leave nothing in Redis that does not end by itself', async () => {
    const world = await startInstance()
    await world.login('person-1')
    const { Redis } = await import('ioredis')
    const redis = new Redis(reachable.url)
    try {
      const keys = await redis.keys('limit:*')
      expect(keys.length).toBe(2)
      for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0)
    } finally {
      redis.disconnect()
    }
  })
})

describe.skipIf(power === undefined)('a Redis that fails', patience, () => {
  const { kill, start, pause, resume } = power ?? ({} as NonNullable<typeof power>)

  it('leaves every instance with limits of its own while it is dead, and is used again by itself', async () => {
    const world = await startInstance({ LIMIT_PER_IP: '2' })
    expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
    await kill()
    try {
      await vi.waitFor(() => expect(reports(world)).toBe(1))
      expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
      expect((await world.login('person-1')).isNewUser).toBe(true)
      // Long enough for several attempts to connect.
      await new Promise((resolve) => setTimeout(resolve, 3500))
      expect(reports(world)).toBe(1)
    } finally {
      await start()
    }
    await vi.waitFor(() => expect(recovered(world)).toBe(true), { timeout: 10_000 })
    // It was started empty: the count in memory is still above the limit, the one in Redis is not.
    expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
  })

  it('does not keep an instance from starting, nor from using it later', async () => {
    await kill()
    let world: World
    try {
      world = await startInstance({ LIMIT_PER_IP: '1' })
      expect(await statusesOf(world, 2)).toEqual([401, 429])
    } finally {
      await start()
    }
    await vi.waitFor(() => expect(recovered(world)).toBe(true), { timeout: 10_000 })
    expect(await statusesOf(world, 2)).toEqual([401, 429])
  })

  it('delays nobody but the first for more than a moment when it hangs', async () => {
    const world = await startInstance({ LIMIT_PER_IP: '100' })
    expect((await request(world)).status).toBe(401)
    pause()
    try {
      await new Promise((resolve) => setTimeout(resolve, 200))
      const timed = async (work: () => Promise<unknown>) => {
        const startedAt = performance.now()
        await work()
        return performance.now() - startedAt
      }
      // Those that come together wait together, for the one bound.
      expect(await timed(() => Promise.all([1, 2, 3, 4].map(() => request(world))))).toBeLessThan(1000)
      // Ten that each waited would take 2.5 s.
      expect(await timed(() => statusesOf(world, 10))).toBeLessThan(1000)
      expect((await world.login('person-1')).isNewUser).toBe(true)
      expect(reports(world)).toBe(1)
      // Probed in vain for a while, also over new connections, and still nobody waits.
      await new Promise((resolve) => setTimeout(resolve, 3000))
      expect(await timed(() => statusesOf(world, 10))).toBeLessThan(1000)
      expect(reports(world)).toBe(1)
    } finally {
      resume()
    }
    await vi.waitFor(() => expect(recovered(world)).toBe(true), { timeout: 10_000 })
    expect((await request(world)).headers['ratelimit-remaining']).toMatch(/^9\d$/)
  })

  it('never brings its password into the log, not even when it is wrong', async () => {
    const url = new URL(reachable.url)
    const right = url.password
    url.password = 'wrong-password'
    const world = await startInstance({ REDIS_URL: url.href, LIMIT_PER_IP: '1' })
    expect(await statusesOf(world, 2)).toEqual([401, 429])
    await vi.waitFor(() => expect(reports(world)).toBe(1))
    expect(world.log()).not.toContain('wrong-password')
    expect(world.log()).not.toContain(right)
  })
})
