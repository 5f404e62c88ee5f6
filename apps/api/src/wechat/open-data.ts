import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { ApiError } from '../problem.ts'
import { readWatermark } from './watermark.ts'

/** What a phone gets of WeChat and its owner's server alone can read. Both are base64. */
export type EncodedData = { encryptedData: string; iv: string }
/** The same as bytes: whole blocks, and an initialization vector of one. */
export type EncryptedData = { ciphertext: Buffer; iv: Buffer }

/** As long as a code of the phone button lives; clocks may differ by as much. */
const maximumAgeMs = 5 * 60 * 1000
const blockBytes = 16

/** @throws ApiError `invalid_request` when this cannot be encrypted data at all. */
export function readEncryptedData({ encryptedData, iv }: EncodedData): EncryptedData {
  const data = { ciphertext: decodeBase64('encryptedData', encryptedData), iv: decodeBase64('iv', iv) }
  if (data.ciphertext.length % blockBytes !== 0)
    throw malformed('encryptedData', `must be whole blocks of ${blockBytes} bytes: a part of it is missing`)
  if (data.iv.length !== blockBytes) throw malformed('iv', `must be ${blockBytes} bytes`)
  return data
}

/**
 * Decrypts AES-128-CBC under a session_key. `null` when the key does not fit: it is another person's, or WeChat has
 * replaced it since.
 */
export function decryptOpenData(
  { ciphertext, iv }: EncryptedData,
  sessionKey: string,
): Record<string, unknown> | null {
  try {
    const decipher = createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), iv)
    const text = Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
    // One wrong key in 256 leaves a padding that looks right, and then no JSON.
    const data: unknown = JSON.parse(text)
    return typeof data === 'object' && data !== null ? { ...data } : null
  } catch {
    return null
  }
}

/** @throws ApiError `open_data_invalid` when the data are of another mini program, or too old, or from the future. */
export function refuseForeignOrStale(data: Record<string, unknown>, appId: string): void {
  const watermark = readWatermark(data)
  if (!watermark) throw invalid('the data carry no watermark')
  if (watermark.appId !== appId) throw invalid('the data belong to another mini program')
  if (!(Math.abs(Date.now() - watermark.madeAt.getTime()) <= maximumAgeMs))
    throw invalid('the data are too old, or from the future')
}

/** Whether WeChat signed this text under a session_key, of which the base64 text counts. In constant time. */
export function isSigned(rawData: string, signature: string, sessionKey: string): boolean {
  const expected = createHash('sha1').update(rawData).update(sessionKey).digest()
  const given = Buffer.from(signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Node's own decoder takes anything. */
function decodeBase64(field: keyof EncodedData, text: string): Buffer {
  if (text.includes(' '))
    throw malformed(
      field,
      'has a space where base64 has a +: it must travel as JSON, not in a form or a query',
    )
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) throw malformed(field, 'must be base64')
  return Buffer.from(text, 'base64')
}

const malformed = (field: keyof EncodedData, fault: string) =>
  new ApiError('invalid_request', { detail: `body/${field} ${fault}` })
const invalid = (detail: string) => new ApiError('open_data_invalid', { detail })
