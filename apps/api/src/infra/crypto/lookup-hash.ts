import { createHmac, hkdfSync } from 'node:crypto'
import type { Key } from '../../config/keys.ts'

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
