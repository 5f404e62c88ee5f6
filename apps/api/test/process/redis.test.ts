import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { startTestRedis, type TestRedis } from '@repo/tooling/test-redis'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type ApiProcess, startApiProcess, temporaryDatabase } from '../support/api-process.ts'
import { createTestApp, type TestApp, testVariables } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

const found = await startTestRedis()
const reachable = found as TestRedis
const power = found?.power
afterAll(() => found?.stop())

let testApp: TestApp | undefined
async function startInstance(variables: Record<string, string> = {}): Promise<TestApp> {
  testApp = await createTestApp({ REDIS_URL: reachable.url, ...variables })
  return testApp
}
beforeEach(() => found?.empty())
afterEach(async () => {
  await testApp?.close()
  testApp = undefined
})

const request = (testApp: TestApp) => testApp.call('GET /v1/me', { remoteAddress: '192.0.2.1' })
const statusesOf = async (testApp: TestApp, requests: number) => {
  const statuses = []
  for (let index = 0; index < requests; index += 1) statuses.push((await request(testApp)).status)
  return statuses
}
/** Lines of the log that say that Redis is away. */
const reports = (testApp: TestApp) => testApp.log().split('"Redis does not count').length - 1
const recoveries = (testApp: TestApp) => testApp.log().split('"Redis counts again').length - 1
const untilRecovered = (testApp: TestApp) =>
  expect.poll(() => recoveries(testApp), { timeout: 30_000 }).toBe(1)

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

describe.skipIf(found === null)('rate limits in Redis', patience, () => {
  it('count failures over all operations, and do not count what succeeded', async () => {
    const testApp = await startInstance({ LIMIT_FAILED_LOGIN_PER_IP: '60' })
    const { accessToken: token, user } = await testApp.login('person-1')
    const profile = await testApp.wechatProfile('person-1')
    const takeOver = async (body: object) =>
      (await testApp.call('POST /v1/me/wechat-profile', { token, body })).status
    for (let times = 0; times < 6; times += 1) expect(await takeOver(profile)).toBe(200)
    const count = (key: string) => tell('GET', `limit:${key}`)
    expect(await count(`openData:${user.id}`)).toBe('0')
    expect(await count('failedLoginPerIp:127.0.0.1')).toBe('0')
    const altered = { ...profile, signature: '0'.repeat(40) }
    for (let times = 0; times < 5; times += 1) expect(await takeOver(altered)).toBe(409)
    expect(await takeOver(profile)).toBe(429)
    await testApp.call('POST /v1/auth/login', { body: { code: 'garbage' } })
    expect(await count('failedLoginPerIp:127.0.0.1')).toBe('1')
  })

  it('leave nothing in Redis that does not expire', async () => {
    const testApp = await startInstance()
    await testApp.login('person-1')
    const keys = (await tell('KEYS', 'limit:*')) as string[]
    expect(keys.length).toBeGreaterThanOrEqual(2)
    // What the probe counts may have ended meanwhile.
    for (const key of keys) expect(await tell('PTTL', key)).not.toBe(-1)
  })

  it('need only the documented rights in Redis', async () => {
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
      const testApp = await startInstance({ REDIS_URL: url.href })
      await testApp.login('person-1')
      await testApp.login('person-2')
      const body = { username: 'limited', password: 'correct horse battery' }
      for (const operation of ['register', 'password-login'])
        expect((await testApp.call(`POST /v1/auth/${operation}`, { body })).status).toBe(200)
      expect(await tell('KEYS', 'limit:loginPerUser:*')).toHaveLength(2)
      expect(reports(testApp)).toBe(0)
      expect(JSON.stringify(await tell('ACL', 'LOG'))).not.toContain(`"${url.username}"`)
    } finally {
      await tell('ACL', 'DELUSER', url.username)
    }
  })
})

describe.skipIf(power === undefined)('a Redis that fails', patience, () => {
  const { kill, start, pause, resume } = power ?? ({} as NonNullable<typeof power>)

  it('leaves every instance with its own limits while it is down, and is used again by itself', async () => {
    const testApp = await startInstance({ LIMIT_PER_IP: '2' })
    expect(await statusesOf(testApp, 3)).toEqual([401, 401, 429])
    await kill()
    try {
      await expect.poll(() => reports(testApp)).toBe(1)
      expect(await statusesOf(testApp, 3)).toEqual([401, 401, 429])
      expect((await testApp.login('person-1')).isNewUser).toBe(true)
      // Long enough for several attempts to connect.
      await new Promise((resolve) => setTimeout(resolve, 3500))
      expect(reports(testApp)).toBe(1)
    } finally {
      await start()
    }
    await untilRecovered(testApp)
    // It was started empty: the count in memory is still above the limit, the one in Redis is not.
    expect(await statusesOf(testApp, 3)).toEqual([401, 401, 429])
  })

  it('does not keep an instance from starting, nor from using it later', async () => {
    await kill()
    let testApp: TestApp
    try {
      testApp = await startInstance({ LIMIT_PER_IP: '1' })
      expect(await statusesOf(testApp, 2)).toEqual([401, 429])
    } finally {
      await start()
    }
    await untilRecovered(testApp)
    expect(await statusesOf(testApp, 2)).toEqual([401, 429])
  })

  it('delays only the first request when it hangs', async () => {
    const testApp = await startInstance({ LIMIT_PER_IP: '100' })
    expect((await request(testApp)).status).toBe(401)
    pause()
    try {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const durationOf = async (work: () => Promise<unknown>) => (await timed(work)).durationMs
      // Those that come together wait together, for the one bound.
      expect(await durationOf(() => Promise.all([1, 2, 3, 4].map(() => request(testApp))))).toBeLessThan(1000)
      // Ten that each waited would take 2.5 s.
      expect(await durationOf(() => statusesOf(testApp, 10))).toBeLessThan(1000)
      expect((await testApp.login('person-1')).isNewUser).toBe(true)
      expect(reports(testApp)).toBe(1)
      // Probed in vain for a while, also over new connections, and still nobody waits.
      await new Promise((resolve) => setTimeout(resolve, 3000))
      expect(await durationOf(() => statusesOf(testApp, 10))).toBeLessThan(1000)
      expect(reports(testApp)).toBe(1)
    } finally {
      resume()
    }
    await untilRecovered(testApp)
    expect((await request(testApp)).headers['ratelimit-remaining']).toMatch(/^9\d$/)
  })

  it('never leaks its password into the log, even when the password is wrong', async () => {
    const url = new URL(reachable.url)
    const right = url.password
    url.password = 'wrong-password'
    const testApp = await startInstance({ REDIS_URL: url.href, LIMIT_PER_IP: '1' })
    expect(await statusesOf(testApp, 2)).toEqual([401, 429])
    await expect.poll(() => reports(testApp)).toBe(1)
    expect(testApp.log()).not.toContain('wrong-password')
    expect(testApp.log()).not.toContain(right)
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

describe.skipIf(power === undefined)('a Redis that responds and rejects the commands', patience, () => {
  it.each(Object.entries(refusals))(
    'because it %s, leaves each instance with its own limits, without delays',
    async (_what, { reason, refuse, accept }) => {
      const testApp = await startInstance({ LIMIT_PER_IP: '2' })
      expect(await statusesOf(testApp, 3)).toEqual([401, 401, 429])
      await refuse()
      try {
        expect(await statusesOf(testApp, 3)).toEqual([401, 401, 429])
        expect((await testApp.login('person-1')).isNewUser).toBe(true)
        // Long enough for several probes, none of which may take it for one that counts.
        const { durationMs } = await timed(async () => {
          for (let second = 0; second < 3; second += 1) {
            expect(await statusesOf(testApp, 10)).toEqual(Array(10).fill(429))
            await new Promise((resolve) => setTimeout(resolve, 1000))
          }
        })
        expect(durationMs).toBeLessThan(3000 + 3000)
        expect(reports(testApp)).toBe(1)
        expect(recoveries(testApp)).toBe(0)
        expect(testApp.log()).toContain(`"reason":"${reason}"`)
      } finally {
        await accept()
      }
      await untilRecovered(testApp)
      await reachable.empty()
      // The count in memory is above the limit, the one in Redis begins anew.
      expect(await statusesOf(testApp, 3)).toEqual([401, 401, 429])
    },
  )

  it('is logged once a minute, however often it recovers for a moment in between', async () => {
    const realNow = performance.now.bind(performance)
    let aheadMs = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + aheadMs)
    onTestFinished(() => clock.mockRestore())
    const testApp = await startInstance({ LIMIT_PER_IP: '1000' })
    const { refuse, accept } = refusals['is full']
    try {
      for (let round = 0; round < 3; round += 1) {
        await refuse()
        await request(testApp)
        await accept()
        await reachable.empty()
        await vi.waitFor(
          async () => {
            await request(testApp)
            expect(await tell('KEYS', 'limit:perIp:*')).toHaveLength(1)
          },
          { timeout: 30_000 },
        )
      }
      expect([reports(testApp), recoveries(testApp)]).toEqual([1, 1])
      aheadMs += 60_000
      await refuse()
      await request(testApp)
      expect([reports(testApp), recoveries(testApp)]).toEqual([2, 1])
    } finally {
      await accept()
    }
  })
})

type Certificate = { file: string; key: Buffer; cert: Buffer }

/** A certificate that nobody trusts but who is told to. */
async function makeCertificate(folder: string, name: string, subject: string): Promise<Certificate> {
  const [file, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-subj', '/CN=redis', '-addext', `subjectAltName=${subject}`, '-out', file, '-keyout', keyFile],
  ])
  return { file, key: await readFile(keyFile), cert: await readFile(file) }
}

/** Speaks TLS to clients and hands what they say to the Redis of the tests, which may be built without. */
async function startTlsRedis({ key, cert }: Certificate) {
  const target = new URL(reachable.url)
  const sockets = new Set<TLSSocket>()
  const server = createServer({ key, cert }, (client) => {
    const upstream = connect(Number(target.port), target.hostname)
    sockets.add(client)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      from
        .on('error', () => {})
        .on('close', () => to.destroy())
        .pipe(to)
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(reachable.url)
  url.host = `127.0.0.1:${(server.address() as { port: number }).port}`
  return {
    // Assigning `protocol` would change nothing: URL knows neither of the two.
    url: url.href.replace('redis:', 'rediss:'),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe.skipIf(found === null)('a Redis behind TLS', { timeout: 60_000 }, () => {
  let folder: Awaited<ReturnType<typeof temporaryDatabase>>
  const certificates = {} as Record<'right' | 'ofAnotherHost', Certificate>
  beforeAll(async () => {
    folder = await temporaryDatabase()
    certificates.right = await makeCertificate(folder.folder, 'right', 'IP:127.0.0.1')
    certificates.ofAnotherHost = await makeCertificate(folder.folder, 'other', 'DNS:redis.example')
  })
  afterAll(() => folder?.remove())
  beforeEach(() => found?.empty())

  /** Asks three times an API that allows two. @returns its log, and what was counted in Redis. */
  async function use(name: keyof typeof certificates, { isTrusted }: { isTrusted: boolean }) {
    const certificate = certificates[name]
    const redis = await startTlsRedis(certificate)
    const api = await startApiProcess({
      // No login is tried: WeChat is not needed.
      ...testVariables('http://127.0.0.1:9'),
      DATABASE_URL: folder.url,
      REDIS_URL: redis.url,
      LIMIT_PER_IP: '2',
      ...(isTrusted ? { NODE_EXTRA_CA_CERTS: certificate.file } : {}),
    })
    try {
      await api.ready()
      const statuses = []
      for (let request = 0; request < 3; request += 1) statuses.push((await fetch(`${api.url}/v1/me`)).status)
      expect(statuses).toEqual([401, 401, 429])
      return { log: await logAfterStop(api), counted: await countedInRedis() }
    } finally {
      api.child.kill('SIGKILL')
      await api.ended
      await redis.close()
    }
  }
  async function logAfterStop(api: ApiProcess): Promise<string> {
    api.child.kill('SIGTERM')
    expect(await api.ended, api.output()).toBe(0)
    return api.output()
  }
  async function countedInRedis(): Promise<number> {
    const redis = new Redis(reachable.url)
    try {
      return Number(await redis.get('limit:perIp:127.0.0.1'))
    } finally {
      redis.disconnect()
    }
  }

  it('is used by all instances when its certificate is in NODE_EXTRA_CA_CERTS', async () => {
    const { log, counted } = await use('right', { isTrusted: true })
    expect(counted).toBe(3)
    expect(log).not.toContain('Redis does not count')
  })

  it.each([
    ['that nobody trusts', 'right', { isTrusted: false }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another host', 'ofAnotherHost', { isTrusted: true }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)(
    'is not used with a certificate %s, and the log says why, once and without the password',
    async (_what, name, trust, reason) => {
      const { log, counted } = await use(name, trust)
      expect(counted).toBe(0)
      const reports = log.split('\n').filter((line) => line.includes('Redis does not count'))
      expect(reports.map((line) => JSON.parse(line).reason)).toEqual([reason])
      const { password } = new URL(reachable.url)
      if (password) expect(log).not.toContain(password)
    },
  )
})
