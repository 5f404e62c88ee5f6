import { expect, test } from 'vitest'
import { encodingAesKey, startReceiver, token } from './push-receiver.ts'
import { app, otherApp, startSimulator } from './start-test-simulator.ts'

const { appId } = app
const path = '/wxa/media_check_async'

/** A user with an image that can be downloaded, and a server that receives the verdict. */
async function startWithPicture(
  picture: Parameters<typeof startReceiver>[0] = (response) => response.end('PNG'),
) {
  const media = await startReceiver(picture)
  const receiver = await startReceiver()
  const simulator = await startSimulator({ mediaCheckDelayMs: 10 })
  await simulator.control('PUT', 'push', { appId, url: receiver.url, token, encodingAesKey, mode: 'plain' })
  const { openid } = await simulator.exchange(await simulator.login('xiaoming'))
  const good = { media_url: media.url, media_type: 2, version: 2, scene: 1, openid }

  return {
    simulator,
    media,
    openid,
    received: receiver.received,
    check: (more: object = {}, by = app) => simulator.callWechat(path, { ...good, ...more }, { by }),
    async verdict() {
      await expect.poll(() => receiver.received.length).toBe(1)
      return JSON.parse(receiver.received[0]?.body ?? '')
    },
  }
}

test('POST /wxa/media_check_async returns a trace_id, then pushes that the image passes', async () => {
  const { check, verdict, openid } = await startWithPicture()
  const answer = await check()

  expect(answer).toEqual({
    errcode: 0,
    errmsg: 'ok',
    trace_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{8}-[\da-f]{8}$/),
  })
  expect(await verdict()).toEqual({
    ToUserName: expect.stringMatching(/^gh_/),
    FromUserName: openid,
    CreateTime: expect.any(Number),
    MsgType: 'event',
    Event: 'wxa_media_check',
    appid: appId,
    trace_id: answer.trace_id,
    version: 2,
    errcode: 0,
    errmsg: 'ok',
    result: { suggest: 'pass', label: 100 },
    detail: [{ strategy: 'content_model', errcode: 0, suggest: 'pass', label: 100, prob: 90 }],
  })
})

test.each(['risky', 'review'])(
  'POST /wxa/media_check_async pushes the verdict %s when it is set',
  async (suggest) => {
    const { simulator, check, verdict } = await startWithPicture()
    expect(await simulator.control('PUT', 'media-verdict', { suggest })).toMatchObject({ status: 204 })
    expect(await check()).toMatchObject({ errcode: 0 })

    const expected = { suggest, label: 21000 }
    expect(await verdict()).toMatchObject({ errcode: 0, result: expected, detail: [expected] })
  },
)

test('PUT /__simulator/media-verdict rejects an unknown verdict', async () => {
  const simulator = await startSimulator()
  expect(await simulator.control('PUT', 'media-verdict', { suggest: 'fine' })).toEqual({
    status: 400,
    body: { error: '"suggest" must be one of pass, risky, review' },
  })
})

test.each<[string, Parameters<typeof startReceiver>[0]]>([
  ['is not found', (response) => response.writeHead(404).end('nothing')],
  ['is empty', (response) => response.end()],
  [
    'breaks off',
    (response) => response.writeHead(200, { 'content-length': 10 }).end('PNG', () => response.destroy()),
  ],
  ['is larger than 10 MB', (response) => response.end(Buffer.alloc(10 * 1024 * 1024 + 1))],
])('POST /wxa/media_check_async pushes -1008 without a verdict for an image that %s', async (_, picture) => {
  const { check, verdict } = await startWithPicture(picture)
  const { trace_id } = await check()
  const message = await verdict()

  expect(message).toMatchObject({ trace_id, errcode: -1008, errmsg: expect.any(String) })
  expect(message).not.toHaveProperty('result')
})

test('POST /wxa/media_check_async pushes -1008 when no server responds at the URL', async () => {
  const { check, verdict } = await startWithPicture()
  await check({ media_url: 'http://127.0.0.1:1/avatar.png' })
  expect(await verdict()).toMatchObject({ errcode: -1008 })
})

test.each<[object, number]>([
  [{ media_url: undefined }, 44002],
  [{ media_url: 5 }, 47001],
  [{ media_url: 'wxfile://tmp_1.png' }, 40066],
  [{ media_url: 'http://' }, 40066],
  [{ media_type: 3 }, 40004],
  [{ media_type: '2' }, 40004],
  [{ version: 1 }, 47001],
  [{ scene: 0 }, 40129],
  [{ openid: undefined }, 44002],
  [{ openid: 'unknown' }, 40003],
])('POST /wxa/media_check_async rejects %j and downloads nothing', async (more, errcode) => {
  const { check, media, received } = await startWithPicture()
  expect(await check(more)).toMatchObject({ errcode })
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect([media.received, received]).toEqual([[], []])
})

test('POST /wxa/media_check_async rejects the openid of another app and of a user without a recent visit', async () => {
  const { simulator, check } = await startWithPicture()
  expect(await check({}, otherApp)).toMatchObject({ errcode: 40003 })
  await simulator.control('POST', 'leave', { appId, person: 'xiaoming' })
  expect(await check()).toMatchObject({ errcode: 61010 })
})

test('POST /wxa/media_check_async checks the image when its own response is lost', async () => {
  const { simulator, check, verdict } = await startWithPicture()
  await simulator.control('PUT', 'fault', { fault: 'reset', path, times: 1 })
  await expect(check()).rejects.toThrow('fetch failed')
  expect(await verdict()).toMatchObject({ result: { suggest: 'pass' } })
})

test('POST /wxa/media_check_async logs when an app has no message push', async () => {
  const lines: string[] = []
  const simulator = await startSimulator({ mediaCheckDelayMs: 0, log: (line) => lines.push(line) })
  const { openid } = await simulator.exchange(await simulator.login('xiaoming'))
  const body = { media_url: 'http://127.0.0.1:1/', media_type: 2, version: 2, scene: 1, openid }

  expect(await simulator.callWechat(path, body)).toMatchObject({ errcode: 0 })
  await expect.poll(() => lines.at(-1)).toBe(`media_check ${appId}: no push is configured`)
})
