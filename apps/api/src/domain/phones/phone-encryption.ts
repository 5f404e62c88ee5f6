import type { Key } from '../../config/keys.ts'
import { createDataCipher, createLookupHash } from '../../infra/crypto.ts'
import type { Phone } from '../../infra/database/generated/client.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Phone numbers, such as `+8613800138000`, are stored encrypted and found by a keyed hash. */
export type PhoneEncryption = {
  /** The columns of a number, under the first key. */
  encrypt(userId: string, number: string): { hash: Bytes; numberEncrypted: Bytes; keyId: string }
  /** `null` when none of the configured keys can decrypt it. */
  decrypt(stored: Pick<Phone, 'userId' | 'numberEncrypted' | 'keyId'>): string | null
  /** The hashes under which a number may be stored: one per key. */
  lookupHashes(number: string): Bytes[]
}

/** @param keys DATA_KEYS. */
export function createPhoneEncryption(keys: [Key, ...Key[]]): PhoneEncryption {
  const cipher = createDataCipher(keys)
  const lookup = createLookupHash(keys, 'phone')
  /** Additional data: the ciphertext of one user is invalid for another. */
  const aadOf = (userId: string) => `phone ${userId}`
  return {
    encrypt(userId, number) {
      const { bytes: numberEncrypted, keyId } = cipher.encrypt(number, aadOf(userId))
      return { hash: lookup.hash(number).hash, numberEncrypted, keyId }
    },
    decrypt: ({ userId, numberEncrypted: bytes, keyId }) => cipher.decrypt({ bytes, keyId }, aadOf(userId)),
    lookupHashes: (number) => lookup.candidates(number),
  }
}
