import { describe, expect, test } from 'vitest'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

/** A server: `POST /wxa/business/getuserphonenumber`. */
async function phoneOf(simulator: Simulator, body: unknown, by = app) {
  return simulator.callWechat('/wxa/business/getuserphonenumber', body, { by })
}

const refusal = (errcode: number, words: string) => ({
  errcode,
  errmsg: expect.stringMatching(new RegExp(`^${words} hint: \\[[\\w-]{16}\\] rid: [\\da-f-]{26}$`)),
})
const invalid = refusal(40029, 'invalid code')

test('POST /wxa/business/getuserphonenumber returns the number with the app and the second of the tap', async () => {
  const simulator = await startSimulator({ now: () => 1637744274_999 })
  const code = await simulator.phoneCode('xiaoming')
  await simulator.control('POST', 'clock', { advanceMs: 60_000 })

  expect(code).toMatch(/^[0-9a-f]{64}$/)
  expect(await phoneOf(simulator, { code })).toEqual({
    errcode: 0,
    errmsg: 'ok',
    phone_info: {
      phoneNumber: '12066600001',
      purePhoneNumber: '12066600001',
      countryCode: '86',
      watermark: { timestamp: 1637744274, appid: app.appId },
    },
  })
})

test('every user has a different number, the same at every start', async () => {
  const numbersOf = async () => {
    const { body } = await (await startSimulator()).control('GET', 'people')
    return body.people.map(({ phoneNumber }: { phoneNumber: string }) => phoneNumber)
  }
  const numbers = await numbersOf()

  expect(new Set(numbers).size).toBe(numbers.length)
  for (const number of numbers) expect(number).toMatch(/^120666\d{5}$/)
  expect(await numbersOf()).toEqual(numbers)
})

test('POST /wxa/business/getuserphonenumber adds the area code to a foreign number only', async () => {
  const simulator = await startSimulator({
    users: [
      { id: 'siuman', name: '小敏', phoneNumber: '91234567', countryCode: '852' },
      { id: 'xiaoming', name: '小明' },
    ],
  })
  const numberOf = async (person: string) =>
    (await phoneOf(simulator, { code: await simulator.phoneCode(person) })).phone_info

  expect(await numberOf('siuman')).toMatchObject({
    phoneNumber: '85291234567',
    purePhoneNumber: '91234567',
    countryCode: '852',
  })
  await simulator.control('PUT', 'phone', { person: 'siuman', phoneNumber: '13800138000' })
  expect(await numberOf('siuman')).toMatchObject({ phoneNumber: '13800138000', countryCode: '86' })
  expect(await numberOf('xiaoming')).toMatchObject({ phoneNumber: '12066600002' })
})

test('POST /wxa/business/getuserphonenumber returns the country code as a number when it was set as one', async () => {
  const simulator = await startSimulator()
  await simulator.control('PUT', 'phone', {
    person: 'xiaoming',
    phoneNumber: '13800138000',
    countryCode: 86,
  })
  const { phone_info } = await phoneOf(simulator, { code: await simulator.phoneCode('xiaoming') })

  expect(phone_info).toMatchObject({ phoneNumber: '13800138000', countryCode: 86 })
})

test.each([
  [{ person: 'xiaoming' }, 400],
  [{ person: 'xiaoming', phoneNumber: '+8613800138000' }, 400],
  [{ person: 'xiaoming', phoneNumber: 13800138000 }, 400],
  [{ person: 'xiaoming', phoneNumber: '13800138000', countryCode: '0' }, 400],
  [{ person: 'xiaoming', phoneNumber: '13800138000', countryCode: '+86' }, 400],
  [{ person: 'xiaoming', phoneNumber: '13800138000', countryCode: null }, 400],
  [{ person: 'unknown', phoneNumber: '13800138000' }, 404],
])('PUT /__simulator/phone rejects %j and changes nothing', async (body, status) => {
  const simulator = await startSimulator()
  expect(await simulator.control('PUT', 'phone', body)).toMatchObject({ status })
  expect(await phoneOf(simulator, { code: await simulator.phoneCode('xiaoming') })).toMatchObject({
    phone_info: { phoneNumber: '12066600001' },
  })
})

describe('a phone code', () => {
  test('works once', async () => {
    const simulator = await startSimulator()
    const code = await simulator.phoneCode('xiaoming')

    expect(await phoneOf(simulator, { code })).toMatchObject({ errcode: 0 })
    expect(await phoneOf(simulator, { code })).toEqual(invalid)
  })

  test('is valid for 300 seconds and not a millisecond longer', async () => {
    const simulator = await startSimulator({ now: () => 0 })
    const intime = await simulator.phoneCode('xiaoming')
    const late = await simulator.phoneCode('xiaoming')

    await simulator.control('POST', 'clock', { advanceMs: 300_000 })
    expect(await phoneOf(simulator, { code: intime })).toMatchObject({ errcode: 0 })
    await simulator.control('POST', 'clock', { advanceMs: 1 })
    expect(await phoneOf(simulator, { code: late })).toEqual(invalid)
  })

  test('is not interchangeable with a code of wx.login', async () => {
    const simulator = await startSimulator()
    const loginCode = await simulator.login('xiaoming')
    const phoneCode = await simulator.phoneCode('xiaoming')

    expect(await phoneOf(simulator, { code: loginCode })).toEqual(invalid)
    expect(await simulator.exchange(phoneCode)).toMatchObject({ errcode: 40029 })
    expect(await simulator.exchange(loginCode)).toHaveProperty('openid')
    expect(await phoneOf(simulator, { code: phoneCode })).toMatchObject({ errcode: 0 })
  })

  test('of another app is 40013 and stays valid there', async () => {
    const simulator = await startSimulator()
    const code = await simulator.phoneCode('xiaoming', otherApp.appId)

    expect(await phoneOf(simulator, { code })).toEqual(refusal(40013, 'invalid appid'))
    expect(await phoneOf(simulator, { code }, otherApp)).toMatchObject({ errcode: 0 })
  })

  test("is rejected with another user's openid and accepted with the user's own", async () => {
    const simulator = await startSimulator()
    const { openid: mine } = await simulator.exchange(await simulator.login('xiaoming'))
    const { openid: other } = await simulator.exchange(await simulator.login('xiaohong'))
    const code = await simulator.phoneCode('xiaoming')

    expect(await phoneOf(simulator, { code, openid: other })).toEqual(invalid)
    expect(await phoneOf(simulator, { code, openid: mine })).toMatchObject({ errcode: 0 })
  })

  test('stays unused when WeChat rejects on demand', async () => {
    const simulator = await startSimulator()
    const code = await simulator.phoneCode('xiaoming')
    const path = '/wxa/business/getuserphonenumber'

    await simulator.control('PUT', 'fault', { fault: 'errcode 48001', path, times: 1 })
    expect(await phoneOf(simulator, { code })).toEqual(refusal(48001, 'api unauthorized'))
    expect(await phoneOf(simulator, { code })).toMatchObject({ errcode: 0 })
  })
})

test.each<[string, string, number]>([
  ['nothing', '', 44002],
  ['half a JSON', '{"code":', 47001],
  ['JSON without fields', '5', 47001],
  ['no code', '{}', 40097],
  ['an empty code', '{"code":""}', 40097],
  ['a code that is no text', '{"code":5}', 40097],
  ['an openid that is no text', '{"code":"x","openid":5}', 40097],
  ['an unknown code', '{"code":"x"}', 40029],
])('POST /wxa/business/getuserphonenumber rejects %s', async (_, body, errcode) => {
  expect(await phoneOf(await startSimulator(), body)).toMatchObject({ errcode })
})

test('POST /wxa/business/getuserphonenumber checks the token before the method', async () => {
  const { url, accessToken } = await startSimulator()
  const path = `${url}/wxa/business/getuserphonenumber`
  const get = async (query: string) => (await fetch(`${path}${query}`)).json()

  expect(await get('')).toMatchObject({ errcode: 41001 })
  expect(await get('?access_token=unknown')).toMatchObject({ errcode: 40001 })
  expect(await get(`?access_token=${await accessToken()}`)).toMatchObject({ errcode: 43002 })
})

test('POST /wxa/business/getuserphonenumber logs neither the code nor the number', async () => {
  const lines: string[] = []
  const simulator = await startSimulator({ log: (line) => lines.push(line) })
  await phoneOf(simulator, { code: await simulator.phoneCode('xiaoming') })

  expect(lines).toEqual(['stable_token: ok', 'getuserphonenumber: ok'])
})
