import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Key } from '../../config/keys.ts'

export type Encrypted = {
  /** 12 bytes of IV, the ciphertext, 16 bytes of tag. */
  bytes: Uint8Array<ArrayBuffer>
  keyId: string
}

/** Encrypts what the database must not show in plain: AES-256-GCM under the first key. */
export type DataCipher = {
  /** @param context binds the ciphertext to its row, so that it cannot be moved to another. */
  encrypt(plain: string, context: string): Encrypted
  /** `null` when no key of ours opens it: the key was removed, or the bytes were changed. */
  decrypt(encrypted: Encrypted, context: string): string | null
}

export function createDataCipher(keys: [Key, ...Key[]]): DataCipher {
  return {
    encrypt(plain, context) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keys[0].secret, iv).setAAD(Buffer.from(context))
      const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return {
        bytes: new Uint8Array(Buffer.concat([iv, ciphertext, cipher.getAuthTag()])),
        keyId: keys[0].id,
      }
    },
    decrypt({ bytes, keyId }, context) {
      const key = keys.find(({ id }) => id === keyId)
      if (!key || bytes.length < 28) return null
      const decipher = createDecipheriv('aes-256-gcm', key.secret, bytes.subarray(0, 12))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-16))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
