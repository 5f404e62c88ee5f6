import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { startTestRedis, type TestRedis } from '@repo/tooling/test-redis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiProcess, startApiProcess, temporaryFolder } from '../support/api-process.ts'
import { testVariables } from '../support/test-app.ts'

const found = await startTestRedis()
const reachable = found as TestRedis
afterAll(() => found?.stop())

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
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const certificates = {} as Record<'right' | 'ofAnotherHost', Certificate>
  beforeAll(async () => {
    folder = await temporaryFolder()
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
      DATABASE_URL: `pglite:${join(folder.folder, 'database')}`,
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

  it('counts for all instances when its certificate is in NODE_EXTRA_CA_CERTS', async () => {
    const { log, counted } = await use('right', { isTrusted: true })
    expect(counted).toBe(3)
    expect(log).not.toContain('Redis does not count')
  })

  it.each([
    ['that nobody trusts', 'right', { isTrusted: false }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another host', 'ofAnotherHost', { isTrusted: true }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)(
    'is not used with a certificate %s: the log says why, once and without the password',
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
