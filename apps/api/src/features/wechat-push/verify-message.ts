import type { WechatApp } from '../../config/wechat-apps.ts'
import { ApiError } from '../../utils/api-error.ts'
import { decryptMessage } from './decrypt-message.ts'
import { isSignature, signatureOf } from './signature.ts'

/** What a mini program and WeChat share to recognize each other's messages. */
export type PushSecrets = NonNullable<WechatApp['push']>

/** The query of what WeChat sends. */
export type Signed = { timestamp: string; nonce: string; signature?: string; msg_signature?: string }

/** How old a message may be, or how far WeChat's clock may be ahead of ours. */
const windowSeconds = 5 * 60

/** WeChat itself pushes, in the format that is its default and that the API does not read. */
export class XmlPushError extends ApiError {
  constructor() {
    super('invalid_request', { detail: "the message is XML: choose JSON in WeChat's console" })
  }
}

const isXml = (body: string) => body.trimStart().startsWith('<')

/** @throws ApiError `forbidden` unless WeChat has signed this, and now. */
export function refuseUnsigned({ token }: PushSecrets, { signature = '', timestamp, nonce }: Signed): void {
  if (!isSignature(signature, signatureOf(token, timestamp, nonce))) throw forbidden('the signature is wrong')
  refuseStale(timestamp)
}

/**
 * The message in a body: as it is in plain mode, decrypted in safe mode. Plain mode signs no body, so whoever has seen
 * one request can send any other for five minutes.
 *
 * @throws ApiError `forbidden` unless it is WeChat's, for this app, and new; `invalid_request` when it is not JSON.
 */
export function readAuthentic(
  body: string,
  signed: Signed,
  { appId, push, allowPlain }: { appId: string; push: PushSecrets; allowPlain: boolean },
): { text: string; message: Record<string, unknown> } {
  if (isXml(body)) {
    // WeChat signs the time in every mode, so that only its own XML is told of.
    refuseUnsigned(push, signed)
    throw new XmlPushError()
  }
  const { token, encodingAesKey } = push
  if (encodingAesKey === undefined) {
    if (!allowPlain) throw forbidden('plain mode signs no message: configure an encodingAesKey')
    refuseUnsigned(push, signed)
    return { text: body, message: parseObject(body) }
  }
  const { Encrypt: encrypted } = parseObject(body)
  if (typeof encrypted !== 'string') throw forbidden('the message is not encrypted')
  const { msg_signature = '', timestamp, nonce } = signed
  if (!isSignature(msg_signature, signatureOf(token, timestamp, nonce, encrypted)))
    throw forbidden('the signature is wrong')
  refuseStale(timestamp)
  const decrypted = decryptMessage(encrypted, encodingAesKey)
  // One answer for all that can be wrong inside: who tries ciphertexts learns nothing of what they decrypt to.
  if (decrypted?.appId !== appId)
    throw forbidden('the message was encrypted with another key, or for another app')
  return { text: decrypted.message, message: parseObject(decrypted.message) }
}

function refuseStale(timestamp: string): void {
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > windowSeconds)
    throw forbidden('the timestamp is not of now')
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // As below.
  }
  throw new ApiError('invalid_request', {
    detail: "the message is no JSON object: choose JSON in WeChat's console",
  })
}

const forbidden = (detail: string) => new ApiError('forbidden', { detail })
