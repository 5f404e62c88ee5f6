import { createCipheriv, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  decryptOpenData,
  isSigned,
  readEncryptedData,
  refuseForeignOrStale,
} from '../../src/wechat/open-data.ts'
import { readPhoneInfo } from '../../src/wechat/phone-info.ts'

afterEach(() => void vi.useRealTimers())

/** The example of WeChat's own documentation: 开放数据校验与解密. */
const official = {
  appId: 'wx4f4bc4dec97d474b',
  sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==',
  iv: 'r7BXXKkLb8qrSNn05n0qiA==',
  encryptedData:
    'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==',
  pressedAt: 1477314187000,
}
const read = (more: object = {}) => readEncryptedData({ ...official, ...more })

describe('encrypted open data', () => {
  it("decrypts WeChat's own example", () => {
    const data = decryptOpenData(read(), official.sessionKey)
    expect(data).toEqual({
      openId: 'oGZUI0egBJY1zhBYw2KhdUfwVJJE',
      nickName: 'Band',
      gender: 1,
      language: 'zh_CN',
      city: 'Guangzhou',
      province: 'Guangdong',
      country: 'CN',
      avatarUrl:
        'http://wx.qlogo.cn/mmopen/vi_32/aSKcBBPpibyKNicHNTMM0qJVh8Kjgiak2AHWr8MHM4WgMEm7GFhsf8OYrySdbvAMvTsw3mo8ibKicsnfN5pRjl1p8HQ/0',
      unionId: 'ocMvos6NjeKLIBqg5Mr9QjxrP1FA',
      watermark: { timestamp: 1477314187, appid: official.appId },
    })
    vi.useFakeTimers({ toFake: ['Date'], now: official.pressedAt })
    expect(() => refuseForeignOrStale(data ?? {}, official.appId)).not.toThrow()
  })

  it('decrypts a phone number as old phones give it', () => {
    const encrypted = readEncryptedData({
      iv: 'Cds8j3VYoGvnTp1BrjXdJg==',
      encryptedData:
        'Kf3TdPbzEmhWMuPKtlKxIWDkijhn402w1bxoHL4kLdcKr6jT1jNcIhvDJfjXmJcgDWLjmBiIGJ5acUuSvxLws3WgAkERmtTuiCG10CKLsJiR+AXVk7B2TUQzsq88YVilDz/YAN3647REE7glGmeBPfvUmdbfDzhL9BzvEiuRhABuCYyTMz4iaM8hFjbLB1caaeoOlykYAFMWC5pZi9P8uw==',
    })
    const data = decryptOpenData(encrypted, 'lyY4HPQbaOYzZdG+JcYK9w==')
    expect(readPhoneInfo(data)).toEqual({ countryCode: '86', pureNumber: '18017448610' })
    expect(data?.watermark).toEqual({ timestamp: 1558787160, appid: 'wxdaa2ab9ef87b5497' })
  })

  it.each([
    ['another valid key', 'HyVFkGl5F5OQWJZZaNzBBg=='],
    ['half a key', 'tiihtNczf5v6AA=='],
    ['no key', ''],
  ])('says that %s does not fit, whatever the padding then looks like', (_, sessionKey) => {
    expect(decryptOpenData(read(), sessionKey)).toBeNull()
    for (let tries = 0; tries < 2000; tries += 1)
      expect(decryptOpenData({ ...read(), ciphertext: randomBytes(16) }, sessionKey)).toBeNull()
  })

  it.each(['null', '5', '"text"', 'not JSON', ''])('takes nothing but an object for data: %j', (text) => {
    const iv = randomBytes(16)
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(official.sessionKey, 'base64'), iv)
    const ciphertext = Buffer.concat([cipher.update(text), cipher.final()])
    expect(decryptOpenData({ ciphertext, iv }, official.sessionKey)).toBeNull()
  })

  it.each([
    [
      'a space for each +',
      { encryptedData: official.encryptedData.replaceAll('+', ' ') },
      /encryptedData has a space where/,
    ],
    ['an iv with a space', { iv: 'r7BXXKkLb8qrSNn05n0q A==' }, /iv has a space where/],
    ['a ciphertext without its end', { encryptedData: official.encryptedData.slice(0, -4) }, /whole blocks/],
    [
      'half a group of base64',
      { encryptedData: official.encryptedData.slice(0, -5) },
      /encryptedData must be base64/,
    ],
    [
      'base64 of URLs',
      { encryptedData: official.encryptedData.replaceAll('/', '_') },
      /encryptedData must be base64/,
    ],
    ['no base64', { encryptedData: '码' }, /encryptedData must be base64/],
    ['an iv of 12 bytes', { iv: 'AAAAAAAAAAAAAAAA' }, /iv must be 16 bytes/],
    ['an iv of 17 bytes', { iv: 'AAAAAAAAAAAAAAAAAAAAAAA=' }, /iv must be 16 bytes/],
  ])('names what is wrong with %s', (_, more, detail) => {
    expect(() => read(more)).toThrow(
      expect.objectContaining({ code: 'invalid_request', detail: expect.stringMatching(detail) }),
    )
  })

  it.each([
    ['of another mini program', { appid: 'wx0000000000000000', timestamp: 1477314187 }],
    ['six minutes old', { appid: official.appId, timestamp: 1477314187 - 360 }],
    ['six minutes ahead', { appid: official.appId, timestamp: 1477314187 + 360 }],
    ['without a time', { appid: official.appId }],
    ['with a time that is none', { appid: official.appId, timestamp: 1e300 }],
    ['without a watermark', undefined],
  ])('is refused when it is %s', (_, watermark) => {
    vi.useFakeTimers({ toFake: ['Date'], now: official.pressedAt })
    expect(() => refuseForeignOrStale({ watermark }, official.appId)).toThrow(
      expect.objectContaining({ code: 'open_data_invalid' }),
    )
  })
})

it("verifies the signature of WeChat's own example, and no other", () => {
  const rawData =
    '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}'
  const signature = '75e81ceda165f4ffa64f4068af58c64b8f54b88c'
  const sessionKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
  expect(isSigned(rawData, signature, sessionKey)).toBe(true)
  expect(isSigned(rawData.replace('Band', 'Bend'), signature, sessionKey)).toBe(false)
  expect(isSigned(rawData, signature.replace('7', '8'), sessionKey)).toBe(false)
  expect(isSigned(rawData, signature.slice(2), sessionKey)).toBe(false)
  expect(isSigned(rawData, '', sessionKey)).toBe(false)
  expect(isSigned(rawData, signature, official.sessionKey)).toBe(false)
})
