import { describe, expect, test } from 'vitest'
import { pushSignature } from '../src/push/push-encryption.ts'
import { decrypt, encodingAesKey, type Received, signatureOf, startReceiver, token } from './push-receiver.ts'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

const { appId } = app

/** A simulator that pushes to a receiver. */
async function startPush(
  mode: 'plain' | 'aes' = 'plain',
  answer?: Parameters<typeof startReceiver>[0],
  options: Parameters<typeof startSimulator>[0] = {},
) {
  const receiver = await startReceiver(answer)
  const simulator = await startSimulator(options)
  const settings = { appId, url: receiver.url, token, encodingAesKey, mode }
  expect(await simulator.control('PUT', 'push', settings)).toMatchObject({ status: 204 })
  return { simulator, ...receiver }
}

async function push(simulator: Simulator, more: object = {}) {
  const event = { appId, person: 'xiaoming', event: 'user_info_modified', ...more }
  const { status, body } = await simulator.control('POST', 'push-event', event)
  expect(status).toBe(200)
  return body
}

const first = ([message]: Received[]): Received => message ?? { method: '', query: {}, body: '' }
const messageIn = (received: Received[]) => JSON.parse(first(received).body)

test("pushSignature matches WeChat's documentation", () => {
  expect(pushSignature('AAAAA', '1714036504', '1514711492')).toBe('f464b24fc39322e44b38aa78f5edd27bd1441696')
})

describe('plain mode', () => {
  test('posts a message signed with the token, to the URL with its own query', async () => {
    const { simulator, received } = await startPush('plain', undefined, { now: () => 1626959646_999 })
    const { openid } = await simulator.exchange(await simulator.login('xiaoming'))
    const answer = await push(simulator, { event: 'user_authorization_revoke', revokeInfo: '8' })

    expect(answer).toEqual({ status: 200, body: 'success', attempts: 1 })
    const { method, query } = first(received)
    expect(method).toBe('POST')
    expect(query).toEqual({
      of: 'ours',
      signature: signatureOf(token, '1626959646', query.nonce ?? ''),
      timestamp: '1626959646',
      nonce: expect.stringMatching(/^\d{1,10}$/),
    })
    expect(messageIn(received)).toEqual({
      ToUserName: expect.stringMatching(/^gh_[\da-f]{12}$/),
      FromUserName: openid,
      CreateTime: 1626959646,
      MsgType: 'event',
      Event: 'user_authorization_revoke',
      OpenID: openid,
      AppID: appId,
      RevokeInfo: '8',
    })
  })

  test.each(['user_info_modified', 'user_authorization_cancellation', 'something_of_tomorrow'])(
    'sends %s without RevokeInfo',
    async (event) => {
      const { simulator, received } = await startPush()
      await push(simulator, { event })

      expect(messageIn(received)).toMatchObject({ Event: event, AppID: appId })
      expect(messageIn(received)).not.toHaveProperty('RevokeInfo')
    },
  )

  test('pushes a media verdict without a check', async () => {
    const { simulator, received } = await startPush()
    await simulator.control('PUT', 'media-verdict', { suggest: 'review' })
    await push(simulator, { event: 'wxa_media_check', overrides: { trace_id: 'forged' } })

    expect(messageIn(received)).toMatchObject({
      Event: 'wxa_media_check',
      trace_id: 'forged',
      errcode: 0,
      result: { suggest: 'review' },
    })
  })

  test('accepts other fields for the message', async () => {
    const { simulator, received } = await startPush()
    await push(simulator, { overrides: { AppID: otherApp.appId, CreateTime: 1, UnionID: 'u' } })
    expect(messageIn(received)).toMatchObject({ AppID: otherApp.appId, CreateTime: 1, UnionID: 'u' })
  })
})

describe('safe mode', () => {
  test('encrypts the message for the app and signs the ciphertext', async () => {
    const { simulator, received } = await startPush('aes')
    await push(simulator)
    const { query, body } = first(received)
    const { timestamp = '', nonce = '' } = query
    const { ToUserName, Encrypt, ...more } = JSON.parse(body)

    expect(more).toEqual({})
    expect(query).toEqual({
      of: 'ours',
      signature: signatureOf(token, timestamp, nonce),
      timestamp,
      nonce,
      encrypt_type: 'aes',
      msg_signature: signatureOf(token, timestamp, nonce, Encrypt),
    })
    const plain = decrypt(Encrypt)
    expect(plain).toEqual({
      appId,
      message: expect.objectContaining({ Event: 'user_info_modified', ToUserName }),
    })
    expect(Buffer.from(Encrypt, 'base64').length % 32).toBe(0)
  })

  test('pads to blocks of 32 bytes, whatever the length', async () => {
    const { simulator, received } = await startPush('aes')
    for (let length = 1; length <= 33; length += 1) {
      await push(simulator, { overrides: { Filling: '字'.repeat(length) } })
      const { Encrypt } = JSON.parse(received.at(-1)?.body ?? '')
      expect(decrypt(Encrypt).message).toMatchObject({ Filling: '字'.repeat(length) })
    }
  })
})

describe('resends', () => {
  test.each<[string, Parameters<typeof startReceiver>[0], number | null, string | null]>([
    ['status 500', (response) => response.writeHead(500).end('success'), 500, 'success'],
    ['another word', (response) => response.end('fail'), 200, 'fail'],
    ['another status', (response) => response.writeHead(202).end('success'), 202, 'success'],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end(), 302, ''],
    ['a connection that ends', (response) => response.destroy(), null, null],
    ['no answer in time', () => {}, null, null],
  ])('the same request three times for %s', async (_, answer, status, body) => {
    const { simulator, received } = await startPush('plain', answer, { pushTimeoutMs: 1_000 })

    expect(await push(simulator)).toEqual({ status, body, attempts: 4 })
    expect(received).toHaveLength(4)
    expect(new Set(received.map((message) => JSON.stringify(message))).size).toBe(1)
  })

  test('until the message is accepted', async () => {
    const { simulator } = await startPush('plain', (response, _, times) =>
      response.writeHead(times < 3 ? 503 : 200).end(),
    )
    expect(await push(simulator)).toEqual({ status: 200, body: '', attempts: 3 })
  })

  test('the last request once for push-replay', async () => {
    const { simulator, received } = await startPush()
    await push(simulator)
    await push(simulator, { event: 'user_authorization_cancellation' })
    const replayed = await simulator.control('POST', 'push-replay', { appId })

    expect(replayed).toEqual({ status: 200, body: { status: 200, body: 'success' } })
    expect(received).toHaveLength(3)
    expect(received[2]).toEqual(received[1])
  })
})

describe('the URL check', () => {
  test.each(['plain', 'aes'] as const)('sends the echostr by GET in %s mode', async (mode) => {
    const { simulator, received } = await startPush(mode, (response, { query }) =>
      response.end(query.echostr),
    )
    const check = await simulator.control('POST', 'push-check', { appId, echostr: '5577006791947779410' })

    expect(check).toEqual({ status: 200, body: { status: 200, body: '5577006791947779410' } })
    const { method, query } = first(received)
    const { timestamp = '', nonce = '' } = query
    expect(method).toBe('GET')
    expect(query).toEqual({
      of: 'ours',
      signature: signatureOf(token, timestamp, nonce),
      timestamp,
      nonce,
      echostr: '5577006791947779410',
    })
  })

  test('generates an echostr and returns the response', async () => {
    const { simulator, received } = await startPush('plain', (response) => response.writeHead(403).end('no'))
    const check = await simulator.control('POST', 'push-check', { appId })

    expect(check.body).toEqual({ status: 403, body: 'no' })
    expect(first(received).query.echostr).toMatch(/^\d+$/)
  })
})

describe('the push settings', () => {
  test.each<[string, object]>([
    ['plain', { token }],
    ['aes', { token, encodingAesKey }],
  ])('come with the app: %s mode', async (mode, secrets) => {
    const { url, received } = await startReceiver()
    const simulator = await startSimulator({ apps: [{ ...app, push: { url, token, ...secrets } }] })
    await push(simulator)

    expect(first(received).query.encrypt_type).toBe(mode === 'aes' ? 'aes' : undefined)
  })

  test.each([
    [{ url: 'ftp://127.0.0.1/' }, '"url" must begin with http'],
    [{ url: '/v1' }, '"url" must begin with http'],
    [{ token: '' }, '"token" must be a text'],
    [{ mode: 'safe' }, '"mode" must be one of plain, aes'],
    [{ mode: 'aes', encodingAesKey: undefined }, '"encodingAesKey" must be a text'],
    [{ mode: 'aes', encodingAesKey: 'short' }, '"encodingAesKey" must be 43 letters and digits'],
  ])('reject %j and keep the previous ones', async (wrong, message) => {
    const { simulator, url, received } = await startPush()
    const settings = { appId, url, token, encodingAesKey, mode: 'plain', ...wrong }

    expect(await simulator.control('PUT', 'push', settings)).toEqual({
      status: 400,
      body: { error: expect.stringContaining(message) },
    })
    await push(simulator)
    expect(received).toHaveLength(1)
  })

  test.each(['push-check', 'push-event', 'push-replay'])('are required by %s', async (path) => {
    const simulator = await startSimulator()
    const event = { appId, person: 'xiaoming', event: 'user_info_modified' }

    expect(await simulator.control('POST', path, event)).toEqual({
      status: 409,
      body: { error: `no message push is configured for ${appId}` },
    })
  })

  test('are separate for each app', async () => {
    const { simulator } = await startPush()
    expect(await simulator.control('POST', 'push-check', { appId: otherApp.appId })).toMatchObject({
      status: 409,
    })
  })
})

test('push-replay responds 409 before the first message', async () => {
  const { simulator } = await startPush()
  expect(await simulator.control('POST', 'push-replay', { appId })).toMatchObject({ status: 409 })
})

test('message push logs an event without its content', async () => {
  const lines: string[] = []
  const { simulator } = await startPush('plain', undefined, { log: (line) => lines.push(line) })
  await push(simulator)
  expect(lines).toEqual([`push user_info_modified to ${appId}: 200, attempt 1`])
})

test('close() ends a push whose receiver does not respond', async () => {
  const { simulator, received } = await startPush('plain', () => {})
  const pushed = expect(push(simulator)).rejects.toThrow()
  await expect.poll(() => received.length).toBe(1)

  const startedAt = performance.now()
  await simulator.close()
  expect(performance.now() - startedAt).toBeLessThan(4000)
  await pushed
})
