import { describe, expect, test } from 'vitest'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

const path = '/wxa/msg_sec_check'
const traceId = expect.stringMatching(/^[\da-f]{8}-[\da-f]{8}-[\da-f]{8}$/)

/** A simulator with a user who has the mini program open, and a server that has the texts checked. */
async function startWithAuthor(options: Parameters<typeof startSimulator>[0] = {}) {
  const simulator = await startSimulator(options)
  const { openid } = await simulator.exchange(await simulator.login('xiaoming'))
  const good = { openid, scene: 1, version: 2, content: '小明' }
  return { simulator, openid, good, check: (more: object) => checkOf(simulator, { ...good, ...more }) }
}

const checkOf = (simulator: Simulator, body: unknown, by = app) => simulator.callWechat(path, body, { by })

test('POST /wxa/msg_sec_check passes an ordinary text', async () => {
  const { check } = await startWithAuthor()

  expect(await check({ title: '标题', nickname: '小明', signature: '你好' })).toEqual({
    errcode: 0,
    errmsg: 'ok',
    result: { suggest: 'pass', label: 100 },
    detail: [
      { strategy: 'content_model', errcode: 0, suggest: 'pass', label: 100, prob: 90 },
      { strategy: 'keyword', errcode: 0, suggest: 'pass', label: 100 },
    ],
    trace_id: traceId,
  })
})

test.each([
  ['content', '我要违规', 'risky', '违规'],
  ['content', 'very RISKY', 'risky', 'risky'],
  ['content', 'please review and risky', 'risky', 'risky'],
  ['content', 'please review', 'review', 'review'],
  ['title', '违规', 'risky', '违规'],
  ['nickname', '违规', 'risky', '违规'],
  ['signature', '违规', 'risky', '违规'],
])(
  'POST /wxa/msg_sec_check finds the %s %j to be %s, with errcode 0',
  async (field, text, suggest, keyword) => {
    const { check } = await startWithAuthor()

    expect(await check({ [field]: text })).toMatchObject({
      errcode: 0,
      result: { suggest, label: 21000 },
      detail: [{}, { strategy: 'keyword', suggest, keyword }],
    })
  },
)

test('POST /wxa/msg_sec_check searches the given keywords only', async () => {
  const { check } = await startWithAuthor({ keywords: { risky: ['Spam'], review: [] } })

  expect(await check({ content: 'SPAM!' })).toMatchObject({ result: { suggest: 'risky' } })
  expect(await check({ content: '违规 review' })).toMatchObject({ result: { suggest: 'pass' } })
})

describe('POST /wxa/msg_sec_check rejects', () => {
  test.each<[string, object, number]>([
    ['no content', { content: undefined }, 44002],
    ['an empty content', { content: '' }, 44002],
    ['a content that is no text', { content: 5 }, 47001],
    ['a nickname that is no text', { nickname: 5 }, 47001],
    ['2501 characters', { content: '字'.repeat(2501) }, 47001],
    ['version 1', { version: 1 }, 47001],
    ['a version that is a text', { version: '2' }, 47001],
    ['an unknown scene', { scene: 5 }, 40129],
    ['a scene that is a text', { scene: '1' }, 40129],
    ['no openid', { openid: undefined }, 44002],
    ['an openid that is no text', { openid: 5 }, 47001],
    ['an unknown openid', { openid: 'unknown' }, 40003],
  ])('%s', async (_, more, errcode) => {
    const { check } = await startWithAuthor()
    expect(await check(more)).toMatchObject({ errcode })
  })

  test.each([
    ['nothing', '', 44002],
    ['half a JSON', '{"content":', 47001],
  ])('%s', async (_, body, errcode) => {
    expect(await checkOf(await startSimulator(), body)).toMatchObject({ errcode })
  })

  test('the openid of another app', async () => {
    const { simulator, good } = await startWithAuthor()
    expect(await checkOf(simulator, good, otherApp)).toMatchObject({ errcode: 40003 })
  })

  test('a call without a token, and one by GET', async () => {
    const { simulator } = await startWithAuthor()
    expect(await (await fetch(`${simulator.url}${path}`)).json()).toMatchObject({ errcode: 41001 })
    expect(await simulator.callWechat(path, undefined)).toMatchObject({ errcode: 43002 })
  })
})

test('POST /wxa/msg_sec_check accepts 2500 characters, whatever their bytes', async () => {
  const { check } = await startWithAuthor()
  expect(await check({ content: '😀'.repeat(2500) })).toMatchObject({ errcode: 0 })
})

describe('POST /wxa/msg_sec_check accepts the openid of a user', () => {
  const missed = { errcode: 61010, errmsg: expect.stringMatching(/^code is expired rid: /) }
  const by = { appId: app.appId, person: 'xiaoming' }

  test('two hours after a visit and not a millisecond later', async () => {
    const { simulator, check } = await startWithAuthor({ now: () => 0 })
    await simulator.control('POST', 'clock', { advanceMs: 7_190_000 })
    expect(await check({})).toMatchObject({ errcode: 0 })
    await simulator.control('POST', 'clock', { advanceMs: 10_001 })
    expect(await check({})).toEqual(missed)
  })

  test.each<[string, (simulator: Simulator) => Promise<unknown>]>([
    ['a login', (simulator) => simulator.login('xiaoming')],
    ['the phone button', (simulator) => simulator.phoneCode('xiaoming')],
    ['a visit', (simulator) => simulator.control('POST', 'visit', by)],
  ])('when %s is a visit', async (_, visit) => {
    const { simulator, check } = await startWithAuthor()
    expect(await simulator.control('POST', 'leave', by)).toMatchObject({ status: 204 })
    expect(await check({})).toEqual(missed)
    await visit(simulator)
    expect(await check({})).toMatchObject({ errcode: 0 })
  })

  test('only in the visited app', async () => {
    const { simulator, check } = await startWithAuthor()
    await simulator.control('POST', 'leave', by)
    await simulator.login('xiaoming', otherApp.appId)
    expect(await check({})).toEqual(missed)
  })
})

test('POST /wxa/msg_sec_check logs the result without the text', async () => {
  const lines: string[] = []
  const { check } = await startWithAuthor({ log: (line) => lines.push(line) })
  await check({ content: '违规' })
  expect(lines.at(-1)).toBe('msg_sec_check: ok')
})
