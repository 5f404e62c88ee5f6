import { createDecipheriv, createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encryptOpenData, openDataSignature } from '../src/domain/open-data.ts'
import { app, otherApp, type Simulator, startSimulator } from './start-test-simulator.ts'

/** A server's side, by the documentation alone. */
function decrypt({ encryptedData, iv }: { encryptedData: string; iv: string }, sessionKey: string): string {
  const key = Buffer.from(sessionKey, 'base64')
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
  return decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
}

const ask = (simulator: Simulator, path: string, more: object = {}) =>
  simulator.control('POST', path, { appId: app.appId, person: 'xiaoming', ...more })
const askPhone = async (simulator: Simulator, more: object = {}) =>
  (await ask(simulator, 'encrypted-phone', more)).body
const askProfile = async (simulator: Simulator, more: object = {}) =>
  (await ask(simulator, 'wechat-profile', more)).body

async function startWithSession(options: Parameters<typeof startSimulator>[0] = {}) {
  const simulator = await startSimulator({ now: () => 1558787160_999, ...options })
  const { session_key, openid, unionid } = await simulator.exchange(await simulator.login('xiaoming'))
  return { simulator, sessionKey: session_key as string, openid, unionid }
}

const watermark = { timestamp: 1558787160, appid: app.appId }

describe('POST /__simulator/encrypted-phone', () => {
  test('encrypts the number under the session_key, with app and time', async () => {
    const { simulator, sessionKey } = await startWithSession()
    const data = await askPhone(simulator)

    expect(data).toEqual({
      encryptedData: expect.stringMatching(/^[\w+/]+=*$/),
      iv: expect.stringMatching(/^[\w+/]{22}==$/),
    })
    expect(decrypt(data, sessionKey)).toBe(
      `{"phoneNumber":"12066600001","purePhoneNumber":"12066600001","countryCode":"86","watermark":${JSON.stringify(watermark)}}`,
    )
    expect((await askPhone(simulator)).iv).not.toBe(data.iv)
  })

  test('encrypts the current number', async () => {
    const { simulator, sessionKey } = await startWithSession()
    await simulator.control('PUT', 'phone', {
      person: 'xiaoming',
      phoneNumber: '91234567',
      countryCode: '852',
    })
    expect(JSON.parse(decrypt(await askPhone(simulator), sessionKey))).toMatchObject({
      phoneNumber: '85291234567',
      purePhoneNumber: '91234567',
      countryCode: '852',
    })
  })
})

describe('POST /__simulator/wechat-profile', () => {
  test('returns the anonymous profile, signed and encrypted', async () => {
    const { simulator, sessionKey } = await startWithSession()
    const { rawData, signature, ...data } = await askProfile(simulator)
    const profile = JSON.parse(rawData)

    expect(profile).toMatchObject({ nickName: '微信用户', gender: 0, city: '' })
    expect(signature).toBe(createHash('sha1').update(`${rawData}${sessionKey}`).digest('hex'))
    expect(JSON.parse(decrypt(data, sessionKey))).toEqual({ ...profile, watermark })
  })

  test("returns the user's name with anonymous: false", async () => {
    const { simulator, sessionKey, openid, unionid } = await startWithSession({
      apps: [{ ...app, openPlatform: 'ours' }],
    })
    const { rawData, signature, ...data } = await askProfile(simulator, { anonymous: false })
    const profile = JSON.parse(rawData)

    expect(profile).toMatchObject({ nickName: '王小明', gender: 1, language: 'zh_CN' })
    expect(signature).toBe(createHash('sha1').update(`${rawData}${sessionKey}`).digest('hex'))
    expect(unionid).toMatch(/^o/)
    expect(JSON.parse(decrypt(data, sessionKey))).toEqual({
      ...profile,
      openId: openid,
      unionId: unionid,
      watermark,
    })
  })

  test('has no unionId without an Open Platform account', async () => {
    const { simulator, sessionKey } = await startWithSession()
    const data = await askProfile(simulator, { anonymous: false })
    expect(JSON.parse(decrypt(data, sessionKey))).not.toHaveProperty('unionId')
  })
})

describe.each(['encrypted-phone', 'wechat-profile'])('POST /__simulator/%s', (path) => {
  test('accepts another watermark', async () => {
    const { simulator, sessionKey } = await startWithSession()
    const { body } = await ask(simulator, path, { watermarkAppId: otherApp.appId, watermarkTimestamp: 1 })
    expect(JSON.parse(decrypt(body, sessionKey)).watermark).toEqual({ timestamp: 1, appid: otherApp.appId })
  })

  test('uses the latest session_key', async () => {
    const { simulator, sessionKey } = await startWithSession()
    const { session_key: latest } = await simulator.exchange(await simulator.login('xiaoming'))
    const { body } = await ask(simulator, path)

    expect(() => JSON.parse(decrypt(body, sessionKey))).toThrow()
    expect(JSON.parse(decrypt(body, latest))).toHaveProperty('watermark')
  })

  test('responds 409 without a valid session_key', async () => {
    const { simulator } = await startWithSession()
    const words = `xiaohong has no valid session_key in ${app.appId}: log in first`
    expect(await ask(simulator, path, { person: 'xiaohong' })).toEqual({
      status: 409,
      body: { error: words },
    })
    await ask(simulator, 'expire-session-key')
    expect(await ask(simulator, path)).toMatchObject({ status: 409 })
  })

  test.each([
    [{ watermarkAppId: 5 }, 400],
    [{ watermarkTimestamp: '1' }, 400],
    [{ appId: 'unknown' }, 404],
    [{ person: 'unknown' }, 404],
  ])('rejects %j', async (more, status) => {
    const { simulator } = await startWithSession()
    expect(await ask(simulator, path, more)).toMatchObject({ status })
  })
})

test('POST /__simulator/wechat-profile rejects an "anonymous" that is not a boolean', async () => {
  const { simulator } = await startWithSession()
  expect(await ask(simulator, 'wechat-profile', { anonymous: 'no' })).toMatchObject({ status: 400 })
})

describe("the documentation's examples", () => {
  test.each([
    {
      sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==',
      iv: 'r7BXXKkLb8qrSNn05n0qiA==',
      encryptedData:
        'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==',
      plainText:
        '{"openId":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0","unionId":"ocMvos6NjeKLIBqg5Mr9QjxrP1FA","watermark":{"timestamp":1477314187,"appid":"wx4f4bc4dec97d474b"}}',
    },
    {
      sessionKey: 'lyY4HPQbaOYzZdG+JcYK9w==',
      iv: 'Cds8j3VYoGvnTp1BrjXdJg==',
      encryptedData:
        'Kf3TdPbzEmhWMuPKtlKxIWDkijhn402w1bxoHL4kLdcKr6jT1jNcIhvDJfjXmJcgDWLjmBiIGJ5acUuSvxLws3WgAkERmtTuiCG10CKLsJiR+AXVk7B2TUQzsq88YVilDz/YAN3647REE7glGmeBPfvUmdbfDzhL9BzvEiuRhABuCYyTMz4iaM8hFjbLB1caaeoOlykYAFMWC5pZi9P8uw==',
      plainText:
        '{"phoneNumber":"18017448610","purePhoneNumber":"18017448610","countryCode":"86","watermark":{"timestamp":1558787160,"appid":"wxdaa2ab9ef87b5497"}}',
    },
  ])('are encrypted byte for byte: $iv', ({ sessionKey, iv, encryptedData, plainText }) => {
    expect(encryptOpenData(plainText, sessionKey, Buffer.from(iv, 'base64'))).toEqual({ encryptedData, iv })
    expect(decrypt({ encryptedData, iv }, sessionKey)).toBe(plainText)
  })

  test('are signed', () => {
    const rawData =
      '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}'
    expect(openDataSignature(rawData, 'HyVFkGl5F5OQWJZZaNzBBg==')).toBe(
      '75e81ceda165f4ffa64f4068af58c64b8f54b88c',
    )
  })
})
