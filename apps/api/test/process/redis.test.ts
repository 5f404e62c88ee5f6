import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestRedis, type TestRedis } from '@repo/tooling/test-redis'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { timed } from '../support/timed.ts'
import { startWorld, type World } from '../support/test-app.ts'

const found = await startTestRedis()
const reachable = found as TestRedis
const power = found?.power
afterAll(() => found?.stop())

let world: World | undefined
async function startInstance(variables: Record<string, string> = {}): Promise<World> {
  world = await startWorld({ REDIS_URL: reachable.url, ...variables })
  return world
}
beforeEach(() => found?.empty())
afterEach(async () => {
  await world?.close()
  world = undefined
})

const request = (world: World) => world.call('GET /v1/me', { remoteAddress: '192.0.2.1' })
const statusesOf = async (world: World, requests: number) => {
  const statuses = []
  for (let index = 0; index < requests; index += 1) statuses.push((await request(world)).status)
  return statuses
}
/** Lines of the log that say that Redis is away. */
const reports = (world: World) => world.log().split('"Redis does not count').length - 1
const recoveries = (world: World) => world.log().split('"Redis counts again').length - 1
const untilRecovered = (world: World) => expect.poll(() => recoveries(world), { timeout: 30_000 }).toBe(1)

/** What docs/deploy.md lets the user of the API do. */
async function documentedRights(): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, '../../../../docs/deploy.md'), 'utf8')
  return /^ACL SETUSER \S+ on >\S+ (.+)$/m.exec(text)?.[1]?.split(' ') ?? []
}

/** A command to Redis itself, past the API. */
async function tell(command: string, ...parts: string[]): Promise<unknown> {
  const redis = new Redis(reachable.url)
  try {
    return await redis.call(command, ...parts)
  } finally {
    redis.disconnect()
  }
}

/** Each test starts databases of its own, several at once. */
const patience = { timeout: 60_000 }

describe.skipIf(found === null)('limits in Redis', patience, () => {
  it('count failures over all operations there, and take back what did not fail', async () => {
    const world = await startInstance({ LIMIT_FAILED_LOGIN_PER_IP: '60' })
    const { accessToken: token, user } = await world.login('person-1')
    const profile = await world.wechatProfile('person-1')
    const takeOver = async (body: object) =>
      (await world.call('POST /v1/me/wechat-profile', { token, body })).status
    for (let times = 0; times < 6; times += 1) expect(await takeOver(profile)).toBe(200)
    const count = (key: string) => tell('GET', `limit:${key}`)
    expect(await count(`openData:${user.id}`)).toBe('0')
    expect(await count('failedLoginPerIp:127.0.0.1')).toBe('0')
    const altered = { ...profile, signature: '0'.repeat(40) }
    for (let times = 0; times < 5; times += 1) expect(await takeOver(altered)).toBe(409)
    expect(await takeOver(profile)).toBe(429)
    await world.call('POST /v1/auth/login', { body: { code: 'garbage' } })
    expect(await count('failedLoginPerIp:127.0.0.1')).toBe('1')
  })

  it('leave nothing in Redis that does not end by itself', async () => {
    const world = await startInstance()
    await world.login('person-1')
    const keys = (await tell('KEYS', 'limit:*')) as string[]
    expect(keys.length).toBeGreaterThanOrEqual(2)
    // What the probe counts may have ended meanwhile.
    for (const key of keys) expect(await tell('PTTL', key)).not.toBe(-1)
  })

  it('need no more rights in Redis than the documented ones', async () => {
    const url = new URL(reachable.url)
    url.username = 'limits'
    url.password = 'a-password'
    await tell(
      'ACL',
      'SETUSER',
      url.username,
      'reset',
      'on',
      `>${url.password}`,
      ...(await documentedRights()),
    )
    try {
      const world = await startInstance({ REDIS_URL: url.href })
      await world.login('person-1')
      await world.login('person-2')
      const body = { username: 'limited', password: 'correct horse battery' }
      for (const operation of ['register', 'password-login'])
        expect((await world.call(`POST /v1/auth/${operation}`, { body })).status).toBe(200)
      expect(await tell('KEYS', 'limit:loginPerUser:*')).toHaveLength(2)
      expect(reports(world)).toBe(0)
      expect(JSON.stringify(await tell('ACL', 'LOG'))).not.toContain(`"${url.username}"`)
    } finally {
      await tell('ACL', 'DELUSER', url.username)
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
      await expect.poll(() => reports(world)).toBe(1)
      expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
      expect((await world.login('person-1')).isNewUser).toBe(true)
      // Long enough for several attempts to connect.
      await new Promise((resolve) => setTimeout(resolve, 3500))
      expect(reports(world)).toBe(1)
    } finally {
      await start()
    }
    await untilRecovered(world)
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
    await untilRecovered(world)
    expect(await statusesOf(world, 2)).toEqual([401, 429])
  })

  it('delays nobody but the first for more than a moment when it hangs', async () => {
    const world = await startInstance({ LIMIT_PER_IP: '100' })
    expect((await request(world)).status).toBe(401)
    pause()
    try {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const durationOf = async (work: () => Promise<unknown>) => (await timed(work)).durationMs
      // Those that come together wait together, for the one bound.
      expect(await durationOf(() => Promise.all([1, 2, 3, 4].map(() => request(world))))).toBeLessThan(1000)
      // Ten that each waited would take 2.5 s.
      expect(await durationOf(() => statusesOf(world, 10))).toBeLessThan(1000)
      expect((await world.login('person-1')).isNewUser).toBe(true)
      expect(reports(world)).toBe(1)
      // Probed in vain for a while, also over new connections, and still nobody waits.
      await new Promise((resolve) => setTimeout(resolve, 3000))
      expect(await durationOf(() => statusesOf(world, 10))).toBeLessThan(1000)
      expect(reports(world)).toBe(1)
    } finally {
      resume()
    }
    await untilRecovered(world)
    expect((await request(world)).headers['ratelimit-remaining']).toMatch(/^9\d$/)
  })

  it('never brings its password into the log, not even when it is wrong', async () => {
    const url = new URL(reachable.url)
    const right = url.password
    url.password = 'wrong-password'
    const world = await startInstance({ REDIS_URL: url.href, LIMIT_PER_IP: '1' })
    expect(await statusesOf(world, 2)).toEqual([401, 429])
    await expect.poll(() => reports(world)).toBe(1)
    expect(world.log()).not.toContain('wrong-password')
    expect(world.log()).not.toContain(right)
  })
})

/** Each still answers PING. */
const refusals = {
  'is full': {
    reason: 'OOM',
    refuse: () => tell('CONFIG', 'SET', 'maxmemory', '1'),
    accept: () => tell('CONFIG', 'SET', 'maxmemory', '0'),
  },
  'has become a replica': {
    reason: 'READONLY',
    refuse: () => tell('REPLICAOF', '127.0.0.1', '1'),
    accept: () => tell('REPLICAOF', 'NO', 'ONE'),
  },
  'forbids it': {
    reason: 'NOPERM',
    refuse: () => tell('ACL', 'SETUSER', 'default', '-eval', '-evalsha'),
    accept: () => tell('ACL', 'SETUSER', 'default', '+eval', '+evalsha'),
  },
}

describe.skipIf(power === undefined)('a Redis that answers and refuses to count', patience, () => {
  it.each(Object.entries(refusals))(
    'because it %s leaves each instance with limits of its own, and nobody waits',
    async (_what, { reason, refuse, accept }) => {
      const world = await startInstance({ LIMIT_PER_IP: '2' })
      expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
      await refuse()
      try {
        expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
        expect((await world.login('person-1')).isNewUser).toBe(true)
        // Long enough for several probes, none of which may take it for one that counts.
        const { durationMs } = await timed(async () => {
          for (let second = 0; second < 3; second += 1) {
            expect(await statusesOf(world, 10)).toEqual(Array(10).fill(429))
            await new Promise((resolve) => setTimeout(resolve, 1000))
          }
        })
        expect(durationMs).toBeLessThan(3000 + 3000)
        expect(reports(world)).toBe(1)
        expect(recoveries(world)).toBe(0)
        expect(world.log()).toContain(`"reason":"${reason}"`)
      } finally {
        await accept()
      }
      await untilRecovered(world)
      await reachable.empty()
      // The count in memory is above the limit, the one in Redis begins anew.
      expect(await statusesOf(world, 3)).toEqual([401, 401, 429])
    },
  )

  it('is reported once a minute, however often it counts for a moment in between', async () => {
    const realNow = performance.now.bind(performance)
    let aheadMs = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + aheadMs)
    onTestFinished(() => clock.mockRestore())
    const world = await startInstance({ LIMIT_PER_IP: '1000' })
    const { refuse, accept } = refusals['is full']
    try {
      for (let round = 0; round < 3; round += 1) {
        await refuse()
        await request(world)
        await accept()
        await reachable.empty()
        await vi.waitFor(
          async () => {
            await request(world)
            expect(await tell('KEYS', 'limit:perIp:*')).toHaveLength(1)
          },
          { timeout: 30_000 },
        )
      }
      expect([reports(world), recoveries(world)]).toEqual([1, 1])
      aheadMs += 60_000
      await refuse()
      await request(world)
      expect([reports(world), recoveries(world)]).toEqual([2, 1])
    } finally {
      await accept()
    }
  })
})
