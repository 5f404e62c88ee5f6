import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { Value } from 'typebox/value'
import { readPhoneInfo, type WechatPhone } from './phone-info.ts'

/** What a phone gets of WeChat and only its owner's server can read. Both are base64. */
export type EncryptedData = { encryptedData: string; iv: string }

/** Under which key and in which mini program WeChat must have made the data. */
export type OpenDataContext = { sessionKey: string; appId: string; openid: string }

/** As long as a code of the phone button lives; clocks may differ by as much. */
const maximumAgeMs = 5 * 60 * 1000

const exactly = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false })

const Watermark = exactly({ timestamp: Type.Integer(), appid: Type.String() })

const PhoneData = exactly({
  phoneNumber: Type.String({ pattern: '^\\+?[\\d -]{4,24}$' }),
  purePhoneNumber: Type.String(),
  // It was once a number.
  countryCode: Type.Union([Type.String(), Type.Integer()]),
  watermark: Watermark,
})

const profile = {
  nickName: Type.String(),
  gender: Type.Integer(),
  language: Type.String(),
  city: Type.String(),
  province: Type.String(),
  country: Type.String(),
  avatarUrl: Type.String(),
  // Newer versions of WeChat say by it that the profile is the anonymous one.
  is_demote: Type.Optional(Type.Boolean()),
}

const RawProfile = exactly(profile)
/** What `wx.getUserInfo` and `wx.getUserProfile` say of a user, as the page sees it. */
export type RawProfile = Static<typeof RawProfile>

const EncryptedProfile = exactly({
  ...profile,
  // What `wx.getUserProfile` encrypts has neither.
  openId: Type.Optional(Type.String()),
  unionId: Type.Optional(Type.String()),
  watermark: Watermark,
})

/**
 * The phone number in encrypted data. AES-CBC has no MAC, so only exactly what WeChat writes is taken, and the answer is
 * `null` whatever is wrong: a reason would tell a forger about the plain text.
 */
export function openPhoneData(encrypted: EncryptedData, context: OpenDataContext): WechatPhone | null {
  const data = parseExactly(PhoneData, decrypt(encrypted, context.sessionKey))
  if (!data || !isCurrent(data.watermark, context)) return null
  return data.phoneNumber.endsWith(data.purePhoneNumber) ? readPhoneInfo(data) : null
}

/** A profile that WeChat signed, and encrypted where there is an encrypted part; `null` whatever is wrong. */
export function openProfile(
  { rawData, signature, encrypted }: { rawData: string; signature: string; encrypted: EncryptedData | null },
  context: OpenDataContext,
): RawProfile | null {
  const hasSignature = isSigned(rawData, signature, context.sessionKey)
  const raw = parseExactly(RawProfile, rawData)
  const isGenuine = encrypted === null || isOwnProfile(encrypted, context)
  return hasSignature && isGenuine ? raw : null
}

function isOwnProfile(encrypted: EncryptedData, context: OpenDataContext): boolean {
  const data = parseExactly(EncryptedProfile, decrypt(encrypted, context.sessionKey))
  if (!data || !isCurrent(data.watermark, context)) return false
  return data.openId === undefined || data.openId === context.openid
}

/** Whether WeChat signed this text under a session_key, of which the base64 text counts. In constant time. */
export function isSigned(rawData: string, signature: string, sessionKey: string): boolean {
  const expected = createHash('sha1').update(rawData).update(sessionKey).digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** AES-128-CBC under a session_key, of a text in UTF-8; `null` for anything else. */
function decrypt({ encryptedData, iv }: EncryptedData, sessionKey: string): string | null {
  const [ciphertext, initializationVector] = [decodeBase64(encryptedData), decodeBase64(iv)]
  if (!ciphertext || !initializationVector) return null
  try {
    const decipher = createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), initializationVector)
    return utf8.decode(Buffer.concat([decipher.update(ciphertext), decipher.final()]))
  } catch {
    return null
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Node's own decoder takes anything. */
function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** JSON of exactly this shape, as WeChat writes it: compact, and each key once. `null` for anything else. */
function parseExactly<Schema extends TObject>(schema: Schema, text: string | null): Static<Schema> | null {
  if (text === null) return null
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return null
  }
  if (!Value.Check(schema, data)) return null
  const outsideOfStrings = text.replace(strings, '"')
  // JSON.parse takes the last of several values of a key in silence.
  return /\s/.test(outsideOfStrings) || outsideOfStrings.split(':').length - 1 !== countKeys(data)
    ? null
    : data
}

const strings = /"(?:[^"\\]|\\.)*"/g

const countKeys = (data: unknown): number =>
  typeof data === 'object' && data !== null
    ? Object.values(data).reduce<number>((sum, value) => sum + 1 + countKeys(value), 0)
    : 0

function isCurrent({ appid, timestamp }: Static<typeof Watermark>, { appId }: OpenDataContext): boolean {
  return appid === appId && Math.abs(Date.now() - timestamp * 1000) <= maximumAgeMs
}
