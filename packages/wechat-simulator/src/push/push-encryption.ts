import { createCipheriv, createHash } from 'node:crypto'

/** The signature that a receiver verifies: the SHA-1 of the sorted texts, in hex. The first is the token. */
export const pushSignature = (...texts: string[]): string =>
  createHash('sha1').update(texts.sort().join('')).digest('hex')

const blockBytes = 32

/** Safe mode: AES-256-CBC of 16 random bytes, the length, the message and the AppID, in base64. */
export function encryptMessage(
  message: string,
  { encodingAesKey, appId, random }: { encodingAesKey: string; appId: string; random: Buffer },
): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  const text = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = Buffer.concat([random, length, text, Buffer.from(appId)])

  // PKCS#7, but with blocks of 32 bytes, which no cipher of AES does by itself.
  const padding = blockBytes - (plain.length % blockBytes)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.alloc(padding, padding)),
    cipher.final(),
  ]).toString('base64')
}
