import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

const mockCode = { code: 'the code is a mock one' }

describe.runIf(hasDatabase)('the development API', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ NODE_ENV: 'development', PUBLIC_URL: 'http://192.168.1.20:3000' })
  })
  afterAll(() => testApp?.close())

  const logIn = (headers: Record<string, string>) =>
    testApp.call('POST /v1/auth/login', { headers, body: mockCode })

  it.each<[string, Record<string, string>]>([
    ['a name that was pointed at this machine', { host: 'evil.example:3000' }],
    ['a name that begins like this machine', { host: '127.0.0.1.evil.example' }],
    ['a name that ends like this machine', { host: 'evil-localhost' }],
    ['an address of another machine', { host: '10.1.2.3:3000' }],
    ['what is no name', { host: 'localhost@evil.example' }],
    ['another site', { host: 'localhost:3000', origin: 'https://evil.example' }],
    ['another port of this machine', { host: 'localhost:3000', origin: 'http://localhost:5173' }],
    ['https of this machine', { host: 'localhost:3000', origin: 'https://localhost:3000' }],
    ['a page without an origin', { host: 'localhost:3000', origin: 'null' }],
  ])('rejects %s, and shows it nothing', async (_name, headers) => {
    expect(await logIn(headers)).toMatchObject(problem('forbidden', 403))
    for (const path of ['/docs/', '/openapi.json', '/v1/me', '/health/ready', '/nothing'])
      expect(await testApp.call(`GET ${path}`, { headers })).toMatchObject({ status: 403 })
  })

  it.each<[string, Record<string, string>]>([
    ['wx.request of DevTools', { host: '127.0.0.1:3000' }],
    ['the name localhost', { host: 'localhost:3000' }],
    ['the address of IPv6', { host: '[::1]:3000' }],
    ['a phone, by PUBLIC_URL', { host: '192.168.1.20:3000' }],
    ['its own page', { host: 'localhost:3000', origin: 'http://localhost:3000' }],
    ['its own page behind PUBLIC_URL', { host: '127.0.0.1:3000', origin: 'http://192.168.1.20:3000' }],
  ])('accepts %s', async (_name, headers) => {
    expect(await logIn(headers)).toMatchObject({ status: 200 })
    expect(await testApp.call('GET /docs/', { headers })).toMatchObject({ status: 200 })
  })
})

describe.runIf(hasDatabase)('the development API on all interfaces', () => {
  it('accepts the address of this machine that the client connected to, and no host name', async () => {
    const testApp = await createTestApp({ NODE_ENV: 'development', HOST: '0.0.0.0' })
    try {
      await testApp.app.listen({ host: '0.0.0.0', port: 0 })
      const { port } = testApp.app.server.address() as AddressInfo
      const addresses = Object.values(networkInterfaces()).flatMap((list = []) =>
        list.flatMap(({ address, family }) => (family === 'IPv4' ? [address] : [])),
      )
      for (const address of addresses) {
        expect(await statusOf({ address, port, host: `${address}:${port}` })).toBe(200)
        expect(await statusOf({ address, port, host: `evil.example:${port}` })).toBe(403)
        expect(await statusOf({ address, port, host: `192.0.2.1:${port}` })).toBe(403)
        expect(await statusLineWithoutName(address, port)).toContain(' 403 ')
      }
    } finally {
      await testApp.close()
    }
  })
})

describe.runIf(hasDatabase)('the API outside of development', () => {
  it('does not check Host or Origin', async () => {
    const testApp = await createTestApp()
    try {
      const headers = { host: 'api.example.com', origin: 'https://evil.example' }
      expect(await testApp.call('GET /health/live', { headers })).toMatchObject({ status: 200 })
    } finally {
      await testApp.close()
    }
  })
})

const statusOf = ({ address, port, host }: { address: string; port: number; host: string }) =>
  new Promise<number | undefined>((resolve, reject) => {
    const options = { host: address, port, path: '/health/live', headers: { host } }
    request(options, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })

/** Of a request with an empty `Host`, which Node's own client would fill in. */
const statusLineWithoutName = (address: string, port: number) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(port, address, () =>
      socket.write('GET /health/live HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'),
    )
    socket.on('error', reject)
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n', 1)[0] ?? '')
      socket.destroy()
    })
  })
