import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sessionSignature } from '../src/domain/session-signature.ts'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

type Query = Record<string, string>

const call = (simulator: Simulator, name: string, query: Query, by = app) =>
  simulator.callWechat(`/wxa/${name}`, undefined, { by, query: { sig_method: 'hmac_sha256', ...query } })
const reset = (simulator: Simulator, query: Query, by = app) =>
  call(simulator, 'resetusersessionkey', query, by)

/** Proves a session_key, by the documentation alone. */
const sign = (sessionKey: string) => createHmac('sha256', sessionKey).update('').digest('hex')

async function session(simulator: Simulator, person = 'xiaoming') {
  const { openid, session_key } = await simulator.exchange(await simulator.login(person))
  return { openid, sessionKey: session_key as string, signature: sign(session_key) }
}

const refusal = (errcode: number, words: string) => ({
  errcode,
  errmsg: expect.stringMatching(new RegExp(`^${words} rid: [\\da-f-]{26}$`)),
})

test('GET /wxa/resetusersessionkey replaces the valid session_key at once', async () => {
  const simulator = await startSimulator()
  const { openid, sessionKey, signature } = await session(simulator)
  const answer = await reset(simulator, { openid, signature: signature.toUpperCase() })

  expect(answer).toEqual({
    errcode: 0,
    errmsg: 'ok',
    openid,
    session_key: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
  })
  expect(answer.session_key).not.toBe(sessionKey)
  expect(await call(simulator, 'checksession', { openid, signature })).toMatchObject({ errcode: 87009 })
  expect(await reset(simulator, { openid, signature })).toEqual(refusal(87009, 'invalid signature'))
  const renewed = { openid, signature: sign(answer.session_key) }
  expect(await call(simulator, 'checksession', renewed)).toMatchObject({ errcode: 0 })
})

test('GET /wxa/resetusersessionkey keeps the age of the key, so it rotates when the old one would have', async () => {
  const simulator = await startSimulator({ now: () => 0, sessionKeyMinimumLifetimeMs: 1000 })
  const { openid, signature } = await session(simulator)
  await simulator.control('POST', 'clock', { advanceMs: 999 })
  const { session_key } = await reset(simulator, { openid, signature })

  expect((await session(simulator)).sessionKey).toBe(session_key)
  await simulator.control('POST', 'clock', { advanceMs: 1 })
  expect((await session(simulator)).sessionKey).not.toBe(session_key)
})

test('GET /wxa/resetusersessionkey rejects a missing session, another sig_method and a wrong signature', async () => {
  const simulator = await startSimulator()
  const { openid, signature } = await session(simulator)
  const other = await session(simulator, 'xiaohong')
  const gone = refusal(87007, 'session_key is not existd or expired')

  expect(await reset(simulator, { openid, signature, sig_method: 'md5' })).toEqual(
    refusal(87008, 'invalid sig_method'),
  )
  expect(await reset(simulator, { openid, signature: other.signature })).toEqual(
    refusal(87009, 'invalid signature'),
  )
  expect(await reset(simulator, { openid })).toMatchObject({ errcode: 87009 })
  expect(await reset(simulator, { openid: 'unknown', signature })).toEqual(gone)
  expect(await reset(simulator, { openid, signature }, otherApp)).toEqual(gone)
  await simulator.control('POST', 'expire-session-key', { appId: app.appId, person: 'xiaoming' })
  expect(await reset(simulator, { openid, signature })).toEqual(gone)
})

test('GET /wxa/resetusersessionkey rejects a call without a valid token', async () => {
  const { url } = await startSimulator()
  const answer = await (await fetch(`${url}/wxa/resetusersessionkey?access_token=unknown`)).json()
  expect(answer).toMatchObject({ errcode: 40001 })
})

describe('sessionSignature matches the documentation', () => {
  test.each([
    [
      'o0q0otL8aEzpcZL/FT9WsQ==',
      '{"foo":"bar"}',
      '654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b',
    ],
    [
      '9hAb/NEYUlkaMBEsmFgzig==',
      '{"openid": "xxx", "user_ip": "127.0.0.1", "env": 0}',
      '089d9e8dc5d308977360c4b79ec600a93d736802802a807d634192328032f6c7',
    ],
    [
      'gDyVgzwa0mFz9uUP7M6GQQ==',
      '1559129713_67297598215591297148AP6DT9ybtniUJfbwx20afc706a711eefc',
      'b002b824688dd8593a6079e11d8c5e8734fbcb39a6d5906eb347bfbcad79c617',
    ],
    ['tiihtNczf5v6AKRyjwEUhQ==', '', '7154f9f8b4b76b92f541cbf0e37d48840fa06e5e42da92a6f80168a1516a4735'],
    ['HyVFkGl5F5OQWJZZaNzBBg==', '', '252b75c92698025afe925b29cca5517fdf9ee67aae072cf3225ebf3a53783058'],
    ['lyY4HPQbaOYzZdG+JcYK9w==', '', '799de3725fea8d7620e1600b216a9c65671d4bb8fb3001b176a228c3f2047b3d'],
  ])('for %s of %j', (sessionKey, message, signature) => {
    expect(sessionSignature(sessionKey, message)).toBe(signature)
  })
})
