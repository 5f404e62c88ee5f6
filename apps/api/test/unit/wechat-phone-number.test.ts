import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { firstApp, secondApp } from '../support/test-app.ts'
import { startClient } from '../support/wechat-client.ts'

const path = '/wxa/business/getuserphonenumber'
type Started = Awaited<ReturnType<typeof startClient>>

/** What the phone button gives a person. */
async function pressButton({ control }: Started, person: string, appId = firstApp): Promise<string> {
  return ((await control('POST', 'phone-code', { appId, person })) as { code: string }).code
}

it('getPhoneNumber returns the number of the user who tapped the button, with or without an openid', async () => {
  const started = await startClient()
  const { client, apps, session } = started
  const { openid } = await session('person-1')
  const number = { countryCode: '86', pureNumber: '12066600002' }
  const ask = async (owner?: string) =>
    client.getPhoneNumber(apps[0], { code: await pressButton(started, 'person-1'), openid: owner })
  expect(await ask(openid)).toEqual(number)
  expect(await ask()).toEqual(number)
})

it('getPhoneNumber accepts the country code as text and number, and the number without it', async () => {
  const started = await startClient()
  const { client, apps, control } = started
  for (const countryCode of ['852', 852]) {
    await control('PUT', 'phone', { person: 'person-1', phoneNumber: '91234567', countryCode })
    const code = await pressButton(started, 'person-1')
    expect(await client.getPhoneNumber(apps[0], { code, openid: undefined })).toEqual({
      countryCode: '852',
      pureNumber: '91234567',
    })
  }
})

it('getPhoneNumber accepts a code once, of the expected user and mini program, and no code of wx.login', async () => {
  const started = await startClient()
  const { client, apps, control, session } = started
  const mine = await session('person-1')
  const refuses = (code: string, openid?: string) =>
    expect(client.getPhoneNumber(apps[0], { code, openid })).rejects.toMatchObject({
      code: 'phone_code_invalid',
    })
  await refuses(await pressButton(started, 'person-2'), mine.openid)
  await refuses(await pressButton(started, 'person-1', secondApp))
  const login = (await control('POST', 'login', { appId: firstApp, person: 'person-1' })) as { code: string }
  await refuses(login.code)
  await refuses('garbage')
  const used = await pressButton(started, 'person-1')
  await client.getPhoneNumber(apps[0], { code: used, openid: mine.openid })
  await refuses(used, mine.openid)
})

it.each([
  ['40029', 'phone_code_invalid'],
  ['40163', 'phone_code_invalid'],
  ['40013', 'phone_code_invalid'],
  ['48001', 'phone_not_permitted'],
  ['1400001', 'phone_quota_exhausted'],
  ['1421102', 'phone_blocked'],
  ['45009', 'wechat_rate_limited'],
  ['45011', 'wechat_rate_limited'],
  ['40001', 'wechat_misconfigured'],
  ['99999', 'wechat_unavailable'],
  ['reset', 'wechat_unavailable'],
  ['null', 'wechat_unavailable'],
])('getPhoneNumber maps %s of the phone endpoint to %s', async (fault, code) => {
  const started = await startClient()
  await started.fail(path, fault)
  const asked = started.client.getPhoneNumber(started.apps[0], { code: 'x', openid: undefined })
  await expect(asked).rejects.toMatchObject({ code })
})

it('getPhoneNumber maps errcode 40029 differently from the exchange of a login code', async () => {
  const { client, apps } = await startClient()
  await expect(client.exchangeCode(apps[0], 'fault:40029')).rejects.toMatchObject({ code: 'code_invalid' })
})

it('getPhoneNumber repeats a call while WeChat is busy, which spends no code, and never after a lost response', async () => {
  const started = await startClient()
  const { client, apps, fail, heal, count } = started
  await fail(path, '-1', 2)
  const code = await pressButton(started, 'person-1')
  expect(await client.getPhoneNumber(apps[0], { code, openid: undefined })).toMatchObject({
    countryCode: '86',
  })
  expect(count('getuserphonenumber')).toBe(3)

  await fail(path, 'reset')
  const lost = client.getPhoneNumber(apps[0], {
    code: await pressButton(started, 'person-1'),
    openid: undefined,
  })
  await expect(lost).rejects.toMatchObject({ code: 'wechat_unavailable' })
  expect(count('getuserphonenumber')).toBe(4)
  await heal()
})

const info = { phoneNumber: '13800138000', purePhoneNumber: '13800138000', countryCode: '86' }
const watermark = { timestamp: 1, appid: firstApp }
it.each<[string, unknown, string]>([
  [
    'of another mini program',
    { ...info, watermark: { timestamp: 1, appid: secondApp } },
    'phone_code_invalid',
  ],
  ['without a watermark', info, 'wechat_unavailable'],
  ['without a number', { watermark }, 'wechat_unavailable'],
  ['that is none', { ...info, purePhoneNumber: '138-0013', watermark }, 'wechat_unavailable'],
  ['without a country', { ...info, countryCode: '', watermark }, 'wechat_unavailable'],
  ['that is null', null, 'wechat_unavailable'],
])('getPhoneNumber rejects a number %s', async (_, phoneInfo, code) => {
  const server = createServer((request, response) => {
    const isToken = request.url?.startsWith('/cgi-bin/')
    const token = { access_token: 'token', expires_in: 7200 }
    response.end(JSON.stringify(isToken ? token : { errcode: 0, phone_info: phoneInfo }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { client, apps } = await startClient({ WECHAT_API_URL: `http://127.0.0.1:${port}` })
  await expect(client.getPhoneNumber(apps[0], { code: 'x', openid: undefined })).rejects.toMatchObject({
    code,
  })
})

it('resetSessionKey resets the valid session_key, and no other', async () => {
  const { client, apps, session, fail } = await startClient()
  const old = await session('person-1')
  const renewed = (await client.resetSessionKey(apps[0], old)) ?? ''
  expect(Buffer.from(renewed, 'base64')).toHaveLength(16)
  expect(await client.checkSessionKey(apps[0], { ...old, sessionKey: renewed })).toBe(true)
  expect(await client.checkSessionKey(apps[0], old)).toBe(false)
  expect(await client.resetSessionKey(apps[0], old)).toBeNull()
  await fail('/wxa/resetusersessionkey', '87007')
  expect(await client.resetSessionKey(apps[0], { ...old, sessionKey: renewed })).toBeNull()
  await fail('/wxa/resetusersessionkey', '45011')
  await expect(client.resetSessionKey(apps[0], old)).rejects.toMatchObject({ code: 'wechat_rate_limited' })
})
