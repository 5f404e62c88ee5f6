import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

type Query = Partial<Record<'openid' | 'signature' | 'sig_method', string>>

async function check({ url }: Simulator, query: Query, { appId, secret } = app) {
  const response = await fetch(`${url}/cgi-bin/stable_token`, {
    method: 'POST',
    body: JSON.stringify({ grant_type: 'client_credential', appid: appId, secret }),
  })
  const { access_token } = JSON.parse(await response.text())
  const parameters = new URLSearchParams({ access_token, sig_method: 'hmac_sha256', ...query })
  return (await fetch(`${url}/wxa/checksession?${parameters}`)).json()
}

/** Signed with the text of the key, as three official examples of this signature show. */
const sign = (sessionKey: string) => createHmac('sha256', sessionKey).update('').digest('hex')

async function session(simulator: Simulator) {
  const { openid, session_key } = await simulator.exchange(await simulator.login('xiaoming'))
  return { openid, sessionKey: session_key as string, signature: sign(session_key) }
}

const valid = { errcode: 0, errmsg: 'ok' }
const invalid = { errcode: 87009, errmsg: expect.stringMatching(/^invalid signature rid: [\da-f-]{26}$/) }

test('GET /wxa/checksession accepts the valid session_key, signed in hex of either case', async () => {
  const simulator = await startSimulator()
  const { openid, signature } = await session(simulator)

  expect(await check(simulator, { openid, signature })).toEqual(valid)
  expect(await check(simulator, { openid, signature: signature.toUpperCase() })).toEqual(valid)
})

test('GET /wxa/checksession verifies a signature under the base64 text, not under its bytes', async () => {
  const simulator = await startSimulator()
  const { openid, sessionKey } = await session(simulator)
  const signature = createHmac('sha256', Buffer.from(sessionKey, 'base64')).update('').digest('hex')

  expect(await check(simulator, { openid, signature })).toEqual(invalid)
})

test('GET /wxa/checksession rejects a rotated or expired session_key', async () => {
  const simulator = await startSimulator()
  const old = await session(simulator)
  const latest = await session(simulator)
  expect(await check(simulator, { openid: old.openid, signature: old.signature })).toEqual(invalid)
  expect(await check(simulator, { openid: latest.openid, signature: latest.signature })).toEqual(valid)

  await simulator.control('POST', 'expire-session-key', { appId: app.appId, person: 'xiaoming' })
  expect(await check(simulator, { openid: latest.openid, signature: latest.signature })).toEqual(invalid)
})

test('GET /wxa/checksession rejects an unknown openid, one of another app, and a missing one', async () => {
  const simulator = await startSimulator()
  const { openid, signature } = await session(simulator)

  expect(await check(simulator, { openid: 'unknown', signature })).toEqual(invalid)
  expect(await check(simulator, { openid, signature }, otherApp)).toEqual(invalid)
  expect(await check(simulator, { signature })).toEqual(invalid)
})

test('GET /wxa/checksession accepts only hmac_sha256', async () => {
  const simulator = await startSimulator()
  const { openid, signature } = await session(simulator)

  expect(await check(simulator, { openid, signature, sig_method: 'md5' })).toMatchObject({ errcode: 87008 })
})
