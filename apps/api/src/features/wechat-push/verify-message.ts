import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import type { WechatApp } from '../../config/wechat-apps.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The secrets that a mini program and WeChat share for message push. */
export type PushSecrets = NonNullable<WechatApp['push']>

/** The query string of WeChat's requests. */
export type SignedQuery = { timestamp: string; nonce: string; signature?: string; msg_signature?: string }

/** The maximum age of a message, and how far WeChat's clock may be ahead. */
const windowSeconds = 5 * 60

/** WeChat pushes XML, its default format, which the API does not parse. */
export class XmlPushError extends ApiError {
  constructor() {
    super('invalid_request', { detail: "the message is XML: choose JSON in WeChat's console" })
  }
}

const isXml = (body: string) => body.trimStart().startsWith('<')

/** Throws unless WeChat has signed the query within the last minutes. */
export function assertSigned(
  { token }: PushSecrets,
  { signature = '', timestamp, nonce }: SignedQuery,
): void {
  if (!isSignature(signature, signatureOf(token, timestamp, nonce))) throw forbidden('the signature is wrong')
  assertFresh(timestamp)
}

/**
 * Verifies a message and returns its text, decrypted in safe mode. Plain mode does not sign the body: an attacker who has
 * seen one request can send other messages for five minutes.
 */
export function openMessage(
  body: string,
  signed: SignedQuery,
  { appId, push, allowPlain }: { appId: string; push: PushSecrets; allowPlain: boolean },
): { text: string; message: Record<string, unknown> } {
  if (isXml(body)) {
    // The signature proves that the XML is WeChat's, so that the operator is warned only about that.
    assertSigned(push, signed)
    throw new XmlPushError()
  }
  const { token, encodingAesKey } = push
  if (encodingAesKey === undefined) {
    if (!allowPlain) throw forbidden('plain mode signs no message: configure an encodingAesKey')
    assertSigned(push, signed)
    return { text: body, message: parseObject(body) }
  }
  const { Encrypt: encrypted } = parseObject(body)
  if (typeof encrypted !== 'string') throw forbidden('the message is not encrypted')
  const { msg_signature = '', timestamp, nonce } = signed
  if (!isSignature(msg_signature, signatureOf(token, timestamp, nonce, encrypted)))
    throw forbidden('the signature is wrong')
  assertFresh(timestamp)
  const decrypted = decryptMessage(encrypted, encodingAesKey)
  // One error for every failure of the content: an attacker who tries ciphertexts learns nothing about the plain text.
  if (decrypted?.appId !== appId)
    throw forbidden('the message was encrypted with another key, or for another app')
  return { text: decrypted.message, message: parseObject(decrypted.message) }
}

function assertFresh(timestamp: string): void {
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > windowSeconds)
    throw forbidden('the timestamp is not of now')
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Handled below.
  }
  throw new ApiError('invalid_request', {
    detail: "the message is not a JSON object: choose JSON in WeChat's console",
  })
}

const forbidden = (detail: string) => new ApiError('forbidden', { detail })

/** WeChat's signature: SHA-1 of the sorted texts in hex. One of them is the shared token. */
const signatureOf = (...texts: string[]): string =>
  createHash('sha1').update(texts.sort().join('')).digest('hex')

/** In constant time. */
function isSignature(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** PKCS#7 with blocks twice as long as those of AES, which Node's cipher cannot unpad. */
const blockBytes = 32
const randomBytes = 16
const lengthBytes = 4

/**
 * Decrypts a message of safe mode: AES-256-CBC of 16 random bytes, the length, the message and the AppID.
 *
 * @param encodingAesKey the 43 characters of WeChat's console: base64 without the padding.
 * @returns `null` when it was encrypted with another key.
 */
function decryptMessage(
  encrypted: string,
  encodingAesKey: string,
): { message: string; appId: string } | null {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length === 0 || bytes.length % blockBytes !== 0) return null
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = withoutPadding(Buffer.concat([decipher.update(bytes), decipher.final()]))
  if (!plain || plain.length < randomBytes + lengthBytes) return null
  const content = plain.subarray(randomBytes + lengthBytes)
  const length = plain.readUInt32BE(randomBytes)
  if (length > content.length) return null
  return {
    message: content.subarray(0, length).toString('utf8'),
    appId: content.subarray(length).toString('utf8'),
  }
}

function withoutPadding(bytes: Buffer): Buffer | null {
  const length = bytes.at(-1) ?? 0
  if (length < 1 || length > blockBytes) return null
  const isPadding = bytes.subarray(-length).every((byte) => byte === length)
  return isPadding ? bytes.subarray(0, -length) : null
}
