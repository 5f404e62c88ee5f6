import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { Value } from 'typebox/value'
import { readPhoneInfo, type WechatPhone } from './phone-info.ts'

/** What WeChat gives to the client, readable only by the app's server. Both are base64. */
export type EncryptedData = { encryptedData: string; iv: string }

/** The key and the identity for which WeChat must have issued the data. */
export type OpenDataContext = { sessionKey: string; appId: string; openid: string }

/** The lifetime of a code of the phone button; clocks may differ by as much. */
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
  // Newer versions of WeChat mark the anonymous placeholder profile by it.
  is_demote: Type.Optional(Type.Boolean()),
}

const RawProfile = exactly(profile)
/** The profile of `wx.getUserInfo` and `wx.getUserProfile`, as the page sees it. */
export type RawProfile = Static<typeof RawProfile>

const EncryptedProfile = exactly({
  ...profile,
  // `wx.getUserProfile` encrypts neither.
  openId: Type.Optional(Type.String()),
  unionId: Type.Optional(Type.String()),
  watermark: Watermark,
})

/**
 * Decrypts a phone number. AES-CBC has no MAC, so only WeChat's exact format is accepted, and every failure is `null`:
 * a reason would tell an attacker about the plain text.
 */
export function openPhoneData(encrypted: EncryptedData, context: OpenDataContext): WechatPhone | null {
  const data = parseExactly(PhoneData, decrypt(encrypted, context.sessionKey))
  if (!data || !isCurrent(data.watermark, context)) return null
  return data.phoneNumber.endsWith(data.purePhoneNumber) ? readPhoneInfo(data) : null
}

/** Verifies a profile that WeChat signed, and its encrypted part if there is one; every failure is `null`. */
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

/** Whether WeChat signed this text with a session_key (its base64 text is the key). In constant time. */
export function isSigned(rawData: string, signature: string, sessionKey: string): boolean {
  const expected = createHash('sha1').update(rawData).update(sessionKey).digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Decrypts AES-128-CBC under a session_key to UTF-8; `null` for anything else. */
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

/** Strict: Node's own decoder accepts anything. */
function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** Accepts JSON of exactly this shape, as WeChat writes it: compact, each key once. `null` for anything else. */
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
  // JSON.parse silently takes the last of several values of a key.
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
