import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { parseSigningKeys, type SigningKey } from '../../src/config/keys.ts'
import { createLog } from '../../src/infra/logging/logger.ts'
import { createWechatClient } from '../../src/infra/wechat/client.ts'
import { hasDatabase } from '../support/database.ts'
import { newKey } from '../support/keys.ts'
import { decodePart, encodePart, newKeyPair, signToken } from '../support/signing-keys.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

const me = (testApp: TestApp, token: string) => testApp.call('GET /v1/me', { token })
const keySet = (testApp: TestApp) => testApp.call('GET /.well-known/jwks.json')

describe.runIf(hasDatabase).each(['EdDSA', 'ES256'] as const)('access tokens signed with %s', (algorithm) => {
  const pair = newKeyPair('pair', algorithm)
  const other = newKeyPair('other', algorithm === 'EdDSA' ? 'ES256' : 'EdDSA')
  const secret = newKey('secret')
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ ACCESS_TOKEN_KEYS: [pair.whole, other.publicOnly, secret].join(',') })
  })
  afterAll(() => testApp?.close())
  afterEach(() => void vi.useRealTimers())

  const header = { alg: algorithm, typ: 'JWT', kid: 'pair' }
  const claimsOf = (token: string) => decodePart(token.split('.')[1])

  it('name their key and algorithm, and are accepted', async () => {
    const { accessToken } = await testApp.login('person-0')
    expect(decodePart(accessToken.split('.')[0])).toEqual(header)
    expect(await me(testApp, accessToken)).toMatchObject({ status: 200 })
  })

  it('can be verified by another service that knows only the address of the key set', async () => {
    const address = await testApp.app.listen({ host: '127.0.0.1', port: 0 })
    const { accessToken, user } = await testApp.login('person-0')
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', address))
    const expected = { issuer: testApp.config.publicUrl, audience: 'api', algorithms: [algorithm] }
    const { payload } = await jwtVerify(accessToken, keys, expected)
    expect(payload).toMatchObject({ sub: user.id, role: 'user' })
    const [head, claims, signature] = accessToken.split('.') as [string, string, string]
    const forged = `${head}.${encodePart({ ...decodePart(claims), role: 'admin' })}.${signature}`
    await expect(jwtVerify(forged, keys, expected)).rejects.toThrow('signature verification failed')
  })

  it('have all their public keys in the key set, and nothing private', async () => {
    const answer = await keySet(testApp)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^application\/jwk-set\+json/)
    expect(answer.headers['cache-control']).toBe('public, max-age=300')
    const kinds = {
      EdDSA: { alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', x: expect.any(String) },
      ES256: { alg: 'ES256', kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
    }
    expect(JSON.parse(answer.text).keys).toEqual([
      { kid: 'pair', use: 'sig', ...kinds[algorithm] },
      { kid: 'other', use: 'sig', ...kinds[other.algorithm] },
    ])
    const { d } = pair.privateKey.export({ format: 'jwk' })
    expect(answer.text).not.toContain(d)
  })

  it('are accepted from every key of a mixed list, even of keys with a public half only', async () => {
    const claims = claimsOf((await testApp.login('person-0')).accessToken)
    const ofOther = signToken({ alg: other.algorithm, typ: 'JWT', kid: 'other' }, claims, other.privateKey)
    expect(await me(testApp, ofOther)).toMatchObject({ status: 200 })
    const bytes = Buffer.from(secret.split(':')[1] ?? '', 'base64')
    const ofSecret = signToken({ alg: 'HS256', typ: 'JWT', kid: 'secret' }, claims, bytes)
    expect(await me(testApp, ofSecret)).toMatchObject({ status: 200 })
  })

  it('cannot be made with the public key as the secret of an HMAC', async () => {
    const claims = claimsOf((await testApp.login('person-0')).accessToken)
    const publicKeys = [pair.publicPem, pair.publicPem.trim(), pair.publicPem.replaceAll('\n', '')]
    for (const publicKey of publicKeys) {
      for (const kid of ['pair', 'secret', 'other']) {
        for (const alg of ['HS256', algorithm]) {
          const forged = signToken({ alg, typ: 'JWT', kid }, claims, publicKey)
          expect(await me(testApp, forged), `${alg} ${kid}`).toMatchObject(
            problem('access_token_invalid', 401),
          )
        }
      }
    }
  })

  it.each([
    ['alg none', { ...header, alg: 'none' }],
    ['another algorithm', { ...header, alg: 'RS256' }],
    ['an unknown kid', { ...header, kid: 'unknown' }],
    ['the kid of another key', { ...header, kid: 'other' }],
    ['no kid', { alg: algorithm, typ: 'JWT' }],
    ['another typ', { ...header, typ: 'at+jwt' }],
    ['no typ', { alg: algorithm, kid: 'pair' }],
    ['crit', { ...header, crit: ['exp'] }],
    ['a key of its own', { ...header, jwk: pair.privateKey.export({ format: 'jwk' }) }],
    ['the address of a key', { ...header, jku: 'https://elsewhere.example/jwks.json' }],
    ['its fields in another order', { kid: 'pair', typ: 'JWT', alg: algorithm }],
  ])('are rejected with a header that has %s, although the signature is right', async (_name, forged) => {
    const claims = claimsOf((await testApp.login('person-0')).accessToken)
    expect(await me(testApp, signToken(header, claims, pair.privateKey)), 'signed well').toMatchObject({
      status: 200,
    })
    const token = signToken(forged, claims, pair.privateKey)
    expect(await me(testApp, token)).toMatchObject(problem('access_token_invalid', 401))
    expect(await me(testApp, `${token.slice(0, token.lastIndexOf('.'))}.`)).toMatchObject(
      problem('access_token_invalid', 401),
    )
  })

  it.each<[string, (now: number) => object]>([
    ['for another service', () => ({ aud: 'billing' })],
    ['for ours and another service by a name like ours', () => ({ aud: ['api.example', 'API'] })],
    ['of another issuer', () => ({ iss: 'https://elsewhere.example' })],
    ['issued more than a minute ahead', (now) => ({ iat: now + 63 })],
    ['issued at a time that is no number', () => ({ iat: '1' })],
    ['issued at no time', () => ({ iat: undefined })],
    ['not to be used yet', (now) => ({ nbf: now + 30 })],
    ['without a time at which it ends', () => ({ exp: undefined })],
    ['that ends at no number', () => ({ exp: '9999999999' })],
  ])('are rejected when they are %s', async (_name, change) => {
    const claims = claimsOf((await testApp.login('person-0')).accessToken)
    const token = signToken(header, { ...claims, ...change(Math.floor(Date.now() / 1000)) }, pair.privateKey)
    expect(await me(testApp, token)).toMatchObject(problem('access_token_invalid', 401))
  })

  it('expire after ten minutes, although the API verified them before', async () => {
    const { accessToken } = await testApp.login('person-0')
    expect(await me(testApp, accessToken)).toMatchObject({ status: 200 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 })
    expect(await me(testApp, accessToken)).toMatchObject(problem('access_token_expired', 401))
  })

  it('are rejected after a logout, although the API verified them before', async () => {
    const { accessToken } = await testApp.login('person-0')
    expect((await testApp.call('POST /v1/auth/logout', { token: accessToken })).status).toBe(204)
    expect(await testApp.call('POST /v1/auth/logout', { token: accessToken })).toMatchObject(
      problem('session_revoked', 401),
    )
  })

  it('are accepted from an instance whose clock is up to a minute ahead', async () => {
    const claims = claimsOf((await testApp.login('person-0')).accessToken)
    const token = signToken(header, { ...claims, iat: Math.floor(Date.now() / 1000) + 58 }, pair.privateKey)
    expect(await me(testApp, token)).toMatchObject({ status: 200 })
  })
})

describe.runIf(hasDatabase)('a key list with secrets only', () => {
  it('is never published: there is no key set', async () => {
    const testApp = await createTestApp()
    try {
      expect(await keySet(testApp)).toMatchObject({
        status: 404,
        body: { code: 'not_found', detail: expect.stringContaining('no key is public') },
      })
    } finally {
      await testApp.close()
    }
  })
})

describe.runIf(hasDatabase)('a team that moves from a secret to a key pair', () => {
  it('logs no user out: previous tokens stay valid, new ones use the new key', async () => {
    const secret = newKey('before')
    const testApp = await createTestApp({ ACCESS_TOKEN_KEYS: secret })
    const log = createLog({ environment: 'test', logLevel: 'silent' })
    const wechat = createWechatClient(testApp.config.wechat, { log })
    const keys = parseSigningKeys(`${newKeyPair('after', 'EdDSA').whole},${secret}`) as [SigningKey]
    const accessToken = { ...testApp.config.accessToken, keys }
    const config = { ...testApp.config, accessToken }
    const restarted = await buildApp({ config, database: testApp.database, wechat, log })
    try {
      const before = await testApp.login('person-0')
      const headers = { authorization: `Bearer ${before.accessToken}` }
      expect(await restarted.inject({ url: '/v1/me', headers })).toMatchObject({ statusCode: 200 })
      const { refreshToken } = before
      const refresh = await restarted.inject({
        method: 'POST',
        url: '/v1/auth/refresh',
        body: { refreshToken },
      })
      expect(decodePart(refresh.json().accessToken.split('.')[0])).toMatchObject({
        alg: 'EdDSA',
        kid: 'after',
      })
    } finally {
      await restarted.close()
      await wechat.close()
      await testApp.close()
    }
  })
})
