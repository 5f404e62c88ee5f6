import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the IP of a client', () => {
  let direct: TestApp
  let proxied: TestApp
  beforeAll(async () => {
    direct = await createTestApp()
    proxied = await createTestApp({ TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1, fd00::/8' })
  })
  afterAll(async () => {
    await direct?.close()
    await proxied?.close()
  })

  /** What a login leaves behind: on the user, and in the audit log. */
  async function addressesAfterLogin(testApp: TestApp, remoteAddress: string, forwardedFor?: string) {
    const { status, body } = await testApp.call('POST /v1/auth/login', {
      body: { code: await testApp.code('person-1') },
      remoteAddress,
      headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
    })
    expect(status).toBe(200)
    const { prisma } = testApp.database
    const { lastLoginIp } = await prisma.user.findUniqueOrThrow({ where: { id: body.user.id } })
    const event = await prisma.auditEvent.findFirst({ where: { type: 'login' }, orderBy: { id: 'desc' } })
    expect(event?.ip).toBe(lastLoginIp)
    return lastLoginIp
  }

  it.each(['198.51.100.7', '127.0.0.1', 'garbage', "'; DROP TABLE users; --"])(
    "is the connection's when no proxy is trusted, whatever X-Forwarded-For says: %s",
    async (forwardedFor) => {
      expect(await addressesAfterLogin(direct, '192.0.2.1', forwardedFor)).toBe('192.0.2.1')
    },
  )

  it('is stored without the interface of a link-local address', async () => {
    expect(await addressesAfterLogin(direct, 'fe80::1%eth0')).toBe('fe80::1')
  })

  it("is the connection's when the request does not come from a trusted proxy", async () => {
    expect(await addressesAfterLogin(proxied, '192.0.2.1', '198.51.100.7')).toBe('192.0.2.1')
    expect(await addressesAfterLogin(proxied, '11.0.0.1', '198.51.100.7')).toBe('11.0.0.1')
  })

  it.each([
    ['the last that no trusted proxy has', '203.0.113.9, 198.51.100.7, 10.1.2.3', '198.51.100.7'],
    ['the last, when a client put others before it', '127.0.0.1, 8.8.8.8, 198.51.100.7', '198.51.100.7'],
    ['IPv6', '2001:db8::7, fd00::1', '2001:db8::7'],
    ['IPv6 in brackets with a port', '[2001:db8::7]:52110', '2001:db8::7'],
    ['IPv4 with a port', '198.51.100.7:52110', '198.51.100.7'],
    ['the proxy, when it says that it does not know', '198.51.100.7, unknown', '10.0.0.1'],
    ['the last that is known before garbage', '198.51.100.7, <script>, 10.9.9.9', '10.9.9.9'],
    ['the proxy, when it says nothing', undefined, '10.0.0.1'],
    ['the proxy, when a number is no address', '3325256711', '10.0.0.1'],
    ['the proxy, when an entry is empty', '198.51.100.7,', '10.0.0.1'],
    ['the proxy, when a zone follows the address', 'fe80::1%eth0', '10.0.0.1'],
  ])('behind a trusted proxy is %s', async (_name, forwardedFor, expected) => {
    expect(await addressesAfterLogin(proxied, '10.0.0.1', forwardedFor)).toBe(expected)
  })

  it('is what limits count, over real connections', async () => {
    const testApp = await createTestApp({ TRUSTED_PROXIES: '127.0.0.1', LIMIT_PER_IP: '1' })
    onTestFinished(testApp.close)
    await testApp.app.listen({ host: '127.0.0.1', port: 0 })
    const request = async (forwardedFor: string) => {
      const headers = { 'x-forwarded-for': forwardedFor }
      return (await fetch(`${testApp.app.listeningOrigin}/v1/me`, { headers })).status
    }
    expect(await request('198.51.100.1')).toBe(401)
    expect(await request('198.51.100.2')).toBe(401)
    expect(await request('203.0.113.77, 198.51.100.2')).toBe(429)
  })

  it('cannot be spoofed over a real connection to avoid a limit', async () => {
    const testApp = await createTestApp({ LIMIT_PER_IP: '1' })
    try {
      await testApp.app.listen({ host: '127.0.0.1', port: 0 })
      const statuses = []
      for (const address of ['198.51.100.1', '198.51.100.2']) {
        const headers = { 'x-forwarded-for': address }
        statuses.push((await fetch(`${testApp.app.listeningOrigin}/v1/me`, { headers })).status)
      }
      expect(statuses).toEqual([401, 429])
    } finally {
      await testApp.close()
    }
  })
})
