import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Key } from '../config/values.ts'

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

/** A hash that finds a value again and tells nothing of it to whoever has the database alone. */
export type LookupHash = {
  /** Under the first key: what is to be stored. */
  hash(value: string): { hash: Uint8Array<ArrayBuffer>; keyId: string }
  /** Under every key: what may have been stored while another one was the first. */
  candidates(value: string): Uint8Array<ArrayBuffer>[]
}

/**
 * HMAC-SHA-256 under keys of their own, derived from DATA_KEYS: a phone number has few digits, so whoever reads the
 * database could try them all out against a hash without a key.
 *
 * @param purpose keeps the hashes of one thing apart from those of another.
 */
export function createLookupHash(keys: [Key, ...Key[]], purpose: 'phone' | 'banned identity'): LookupHash {
  const derived = keys.map(({ id, secret }) => ({
    keyId: id,
    secret: Buffer.from(hkdfSync('sha256', secret, '', `lookup ${purpose}`, 32)),
  })) as [{ keyId: string; secret: Buffer }, ...{ keyId: string; secret: Buffer }[]]
  const hashUnder = (secret: Buffer, value: string) =>
    new Uint8Array(createHmac('sha256', secret).update(value).digest())
  return {
    hash: (value) => ({ hash: hashUnder(derived[0].secret, value), keyId: derived[0].keyId }),
    candidates: (value) => derived.map(({ secret }) => hashUnder(secret, value)),
  }
}
