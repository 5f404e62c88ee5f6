import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isSigned, openPhoneData, openProfile } from '../../src/infra/wechat/open-data.ts'

afterEach(() => void vi.useRealTimers())

const sessionKey = 'tiihtNczf5v6AKRyjwEUhQ=='
const appId = 'wx4f4bc4dec97d474b'
const openid = 'oGZUI0egBJY1zhBYw2KhdUfwVJJE'
const context = { sessionKey, appId, openid }
/** The moment of WeChat's own example. */
const timestamp = 1477314187

function encrypt(plain: string | Buffer, key = sessionKey) {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv)
  const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
  return { encryptedData, iv: iv.toString('base64') }
}
/** Whole blocks, with whatever padding they have. */
function encryptBlocks(plain: Buffer) {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv).setAutoPadding(false)
  const encryptedData = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
  return { encryptedData, iv: iv.toString('base64') }
}

const watermark = { timestamp, appid: appId }
const phone = {
  phoneNumber: '13800138000',
  purePhoneNumber: '13800138000',
  countryCode: '86',
  watermark,
}
const raw = {
  nickName: 'Band',
  gender: 1,
  language: 'zh_CN',
  city: 'Guangzhou',
  province: 'Guangdong',
  country: 'CN',
  avatarUrl: 'http://wx.qlogo.cn/mmopen/vi_32/0',
}
const json = JSON.stringify

describe('openPhoneData', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: timestamp * 1000 }))
  const open = (encrypted: { encryptedData: string; iv: string }) => openPhoneData(encrypted, context)

  it("decrypts WeChat's published example of a phone number", () => {
    vi.setSystemTime(1558787160_000)
    const example = {
      iv: 'Cds8j3VYoGvnTp1BrjXdJg==',
      encryptedData:
        'Kf3TdPbzEmhWMuPKtlKxIWDkijhn402w1bxoHL4kLdcKr6jT1jNcIhvDJfjXmJcgDWLjmBiIGJ5acUuSvxLws3WgAkERmtTuiCG10CKLsJiR+AXVk7B2TUQzsq88YVilDz/YAN3647REE7glGmeBPfvUmdbfDzhL9BzvEiuRhABuCYyTMz4iaM8hFjbLB1caaeoOlykYAFMWC5pZi9P8uw==',
    }
    const owner = { sessionKey: 'lyY4HPQbaOYzZdG+JcYK9w==', appId: 'wxdaa2ab9ef87b5497', openid }
    expect(openPhoneData(example, owner)).toEqual({ countryCode: '86', pureNumber: '18017448610' })
  })

  const rest = { purePhoneNumber: '13800138000', phoneNumber: '13800138000' }
  it.each([
    ['as WeChat writes it', phone, '86'],
    ['with the country as a number', { ...phone, countryCode: 86 }, '86'],
    [
      'of another country, with its area code',
      { ...phone, phoneNumber: '+852 91234567', purePhoneNumber: '91234567', countryCode: '852' },
      '852',
    ],
    ['in another order', { watermark: { appid: appId, timestamp }, countryCode: '86', ...rest }, '86'],
    ['almost too old', { ...phone, watermark: { ...watermark, timestamp: timestamp - 299 } }, '86'],
  ])('accepts a number %s', (_, data, countryCode) => {
    expect(open(encrypt(json(data)))).toMatchObject({ countryCode })
  })

  const { phoneNumber, purePhoneNumber, countryCode } = phone
  const whole = encrypt(json(phone))
  it.each<[string, { encryptedData: string; iv: string }]>([
    ['another key', encrypt(json(phone), 'HyVFkGl5F5OQWJZZaNzBBg==')],
    ['a space for each +', { ...whole, encryptedData: ` ${whole.encryptedData.slice(1)}` }],
    ['base64 without its padding', { ...whole, iv: whole.iv.replaceAll('=', '') }],
    ['base64 of URLs', { ...whole, encryptedData: `_${whole.encryptedData.slice(1)}` }],
    ['no base64', { ...whole, encryptedData: '码' }],
    ['part of a block', { ...whole, encryptedData: whole.encryptedData.slice(0, -4) }],
    ['no ciphertext', { ...whole, encryptedData: '' }],
    ['an iv of 12 bytes', { ...whole, iv: 'AAAAAAAAAAAAAAAA' }],
    ['another iv', { ...whole, iv: randomBytes(16).toString('base64') }],
    ['a wrong padding', encryptBlocks(Buffer.from(json(phone).padEnd(160, ' ')))],
    ['no JSON', encrypt('not JSON')],
    ['invalid UTF-8 in a string', encrypt(Buffer.from(`${json(phone).slice(0, -1)},"a":"\xff"}`, 'latin1'))],
    [
      'invalid UTF-8 in the value of a known key',
      encrypt(Buffer.from(json(phone).replace('13800138000', '\xff13800138000'), 'latin1')),
    ],
    ['a byte order mark', encrypt(`\ufeff${json(phone)}`)],
    ['null', encrypt('null')],
    ['a list', encrypt(json([phone]))],
    ['an empty object', encrypt('{}')],
    ['no watermark', encrypt(json({ phoneNumber, purePhoneNumber, countryCode }))],
    ['no phone number', encrypt(json({ watermark }))],
    ['no pure number', encrypt(json({ phoneNumber, countryCode, watermark }))],
    ['the pure number alone', encrypt(json({ purePhoneNumber, countryCode, watermark }))],
    ['no country', encrypt(json({ phoneNumber, purePhoneNumber, watermark }))],
    ['one key more', encrypt(json({ ...phone, a: 'x' }))],
    ['one key more in the watermark', encrypt(json({ ...phone, watermark: { ...watermark, a: 1 } }))],
    ['the keys of a profile', encrypt(json({ ...raw, watermark }))],
    ['a number for the phone number', encrypt(json({ ...phone, phoneNumber: 13800138000 }))],
    ['letters in the number', encrypt(json({ ...phone, purePhoneNumber: '1380013800a' }))],
    ['two different numbers', encrypt(json({ ...phone, purePhoneNumber: '13900139000' }))],
    ['a country of letters', encrypt(json({ ...phone, countryCode: 'CN' }))],
    ['half a country', encrypt(json({ ...phone, countryCode: 86.5 }))],
    ['a list for the country', encrypt(json({ ...phone, countryCode: ['86'] }))],
    ['a time as text', encrypt(json({ ...phone, watermark: { ...watermark, timestamp: `${timestamp}` } }))],
    ['half a second', encrypt(json({ ...phone, watermark: { ...watermark, timestamp: timestamp + 0.5 } }))],
    ['a key twice', encrypt(`{"purePhoneNumber":"13900139000",${json(phone).slice(1)}`)],
    ['a key twice, once escaped', encrypt(`{"\\u0070honeNumber":"13900139000",${json(phone).slice(1)}`)],
    ['a watermark twice', encrypt(`{"watermark":{"a":"b"},${json(phone).slice(1)}`)],
    ['a key of the watermark twice', encrypt(json(phone).replace('"appid"', '"appid":"x","appid"'))],
    ['space between the keys', encrypt(json(phone).replaceAll(',', ', '))],
    ['space before it', encrypt(` ${json(phone)}`)],
    ['space behind it', encrypt(`${json(phone)}\n`)],
    ['something behind it', encrypt(`${json(phone)}{}`)],
    ['another mini program', encrypt(json({ ...phone, watermark: { ...watermark, appid: 'wx0' } }))],
    ['six minutes', encrypt(json({ ...phone, watermark: { ...watermark, timestamp: timestamp - 360 } }))],
    ['a future', encrypt(json({ ...phone, watermark: { ...watermark, timestamp: timestamp + 360 } }))],
    ['an endless time', encrypt(json(phone).replace(String(timestamp), '1e300'))],
  ])('returns the same null for data with %s', (_, encrypted) => {
    expect(open(encrypted)).toBeNull()
  })

  it.each([
    ['half a key', 'tiihtNczf5v6AA=='],
    ['no key', ''],
  ])('returns null under %s', (_, key) => {
    expect(openPhoneData(whole, { ...context, sessionKey: key })).toBeNull()
  })
})

describe('openProfile', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: timestamp * 1000 }))

  /** The example of WeChat's own documentation: 开放数据校验与解密. */
  const official = {
    iv: 'r7BXXKkLb8qrSNn05n0qiA==',
    encryptedData:
      'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew==',
  }
  const signed = (rawData: string) => ({
    rawData,
    signature: createHash('sha1').update(rawData).update(sessionKey).digest('hex'),
  })

  it("decrypts WeChat's own example", () => {
    const profile = { ...signed(json(raw)), encrypted: official }
    expect(openProfile(profile, context)).toEqual(raw)
    expect(openProfile(profile, { ...context, openid: 'another' })).toBeNull()
  })

  it('accepts a signed profile alone, and one that says that it is anonymous', () => {
    expect(openProfile({ ...signed(json(raw)), encrypted: null }, context)).toEqual(raw)
    const demoted = { ...raw, is_demote: true }
    expect(openProfile({ ...signed(json(demoted)), encrypted: null }, context)).toEqual(demoted)
  })

  it.each([
    ['no JSON', 'not JSON'],
    ['one key more', json({ ...raw, openId: openid })],
    ['one key less', json({ ...raw, city: undefined })],
    ['a gender as text', json({ ...raw, gender: '1' })],
    ['a key twice', `{"nickName":"Bend",${json(raw).slice(1)}`],
    ['space', json(raw).replace(',', ', ')],
  ])('returns the same null for a signed text with %s', (_, rawData) => {
    expect(openProfile({ ...signed(rawData), encrypted: null }, context)).toBeNull()
  })

  it.each([
    ['no encrypted data', { encryptedData: 'AAAA', iv: 'AAAA' }],
    ['no JSON', encrypt('not JSON')],
    ['no watermark', encrypt(json(raw))],
    ['one key more', encrypt(json({ ...raw, watermark, a: 1 }))],
    ['the keys of a phone number', encrypt(json(phone))],
    ['another user', encrypt(json({ openId: 'another', ...raw, watermark }))],
    ['another mini program', encrypt(json({ ...raw, watermark: { ...watermark, appid: 'wx0' } }))],
    ['a time long ago', encrypt(json({ ...raw, watermark: { ...watermark, timestamp: 1 } }))],
  ])('returns the same null for an encrypted part of %s', (_, encrypted) => {
    expect(openProfile({ ...signed(json(raw)), encrypted }, context)).toBeNull()
  })

  it('returns the same null for another signature', () => {
    const { rawData } = signed(json(raw))
    expect(openProfile({ rawData, signature: '0'.repeat(40), encrypted: official }, context)).toBeNull()
  })
})

it("isSigned accepts the signature of WeChat's own example, and no other", () => {
  const rawData =
    '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}'
  const signature = '75e81ceda165f4ffa64f4068af58c64b8f54b88c'
  const sessionKey = 'HyVFkGl5F5OQWJZZaNzBBg=='
  expect(isSigned(rawData, signature, sessionKey)).toBe(true)
  expect(isSigned(rawData.replace('Band', 'Bend'), signature, sessionKey)).toBe(false)
  expect(isSigned(rawData, signature.replace('7', '8'), sessionKey)).toBe(false)
  expect(isSigned(rawData, signature.slice(2), sessionKey)).toBe(false)
  expect(isSigned(rawData, '', sessionKey)).toBe(false)
  expect(isSigned(rawData, signature, context.sessionKey)).toBe(false)
})
