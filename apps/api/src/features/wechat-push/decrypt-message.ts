import { createDecipheriv } from 'node:crypto'

/** PKCS#7 with blocks twice as long as those of AES, which no cipher undoes by itself. */
const blockBytes = 32
const randomBytes = 16
const lengthBytes = 4

/**
 * Opens what WeChat encrypted in safe mode: AES-256-CBC of 16 random bytes, the length, the message and the AppID.
 *
 * @param encodingAesKey the 43 characters of WeChat's console, base64 without its end.
 * @returns `null` when it was not made with this key.
 */
export function decryptMessage(
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
