import type { Key } from '../../config/keys.ts'
import { createDataCipher } from '../../infra/crypto/data-cipher.ts'
import { createLookupHash } from '../../infra/crypto/lookup-hash.ts'
import type { Phone } from '../../infra/database/generated/client.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** How whole phone numbers, such as `+8613800138000`, lie in the database: encrypted, and found by a keyed hash. */
export type StoredNumbers = {
  /** What is stored of a number for its owner, under the first key. */
  store(userId: string, number: string): { hash: Bytes; numberEncrypted: Bytes; keyId: string }
  /** `null` when no key of ours opens it any more. */
  read(stored: Pick<Phone, 'userId' | 'numberEncrypted' | 'keyId'>): string | null
  /** The hashes under which a number may be found: one of each key. */
  hashes(number: string): Bytes[]
}

/** @param keys DATA_KEYS. */
export function createStoredNumbers(keys: [Key, ...Key[]]): StoredNumbers {
  const cipher = createDataCipher(keys)
  const lookup = createLookupHash(keys, 'phone')
  /** Binds the ciphertext to its owner. */
  const contextOf = (userId: string) => `phone ${userId}`
  return {
    store(userId, number) {
      const { bytes: numberEncrypted, keyId } = cipher.encrypt(number, contextOf(userId))
      return { hash: lookup.hash(number).hash, numberEncrypted, keyId }
    },
    read: ({ userId, numberEncrypted: bytes, keyId }) => cipher.decrypt({ bytes, keyId }, contextOf(userId)),
    hashes: (number) => lookup.candidates(number),
  }
}
