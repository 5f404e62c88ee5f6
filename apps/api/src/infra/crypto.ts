import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Key } from '../config/keys.ts'

export type Encrypted = {
  /** 12 bytes of IV, the ciphertext, 16 bytes of tag. */
  bytes: Uint8Array<ArrayBuffer>
  keyId: string
}

/** Encrypts columns that must not be readable in the database: AES-256-GCM under the first key. */
export type DataCipher = {
  /** @param aad binds the ciphertext to its row, so that it cannot be moved to another. */
  encrypt(plain: string, aad: string): Encrypted
  /** `null` when no configured key decrypts it: the key was removed, or the bytes were changed. */
  decrypt(encrypted: Encrypted, aad: string): string | null
}

export function createDataCipher(keys: [Key, ...Key[]]): DataCipher {
  return {
    encrypt(plain, aad) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keys[0].secret, iv).setAAD(Buffer.from(aad))
      const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return {
        bytes: new Uint8Array(Buffer.concat([iv, ciphertext, cipher.getAuthTag()])),
        keyId: keys[0].id,
      }
    },
    decrypt({ bytes, keyId }, aad) {
      const key = keys.find(({ id }) => id === keyId)
      if (!key || bytes.length < 28) return null
      const decipher = createDecipheriv('aes-256-gcm', key.secret, bytes.subarray(0, 12))
        .setAAD(Buffer.from(aad))
        .setAuthTag(bytes.subarray(-16))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}

/** A keyed hash by which a value is found, and which reveals nothing about it to a reader of the database. */
export type LookupHash = {
  /** Under the first key, to be stored. */
  hash(value: string): { hash: Uint8Array<ArrayBuffer>; keyId: string }
  /** Under every key: a stored hash may be from before a rotation of the keys. */
  candidates(value: string): Uint8Array<ArrayBuffer>[]
}

/**
 * HMAC-SHA-256 under keys derived from DATA_KEYS: phone numbers are few enough to try them all against an unkeyed hash.
 *
 * @param purpose separates the hashes of different kinds of values.
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
