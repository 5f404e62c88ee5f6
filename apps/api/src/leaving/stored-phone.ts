import type { DataCipher } from '../data-cipher.ts'
import type { Phone } from '../database/generated/client.ts'

/** The whole number, such as `+8613800138000`; `null` when no key of ours opens it any more. */
export const readPhone = (cipher: DataCipher, { userId, numberEncrypted, keyId }: Phone): string | null =>
  cipher.decrypt({ bytes: numberEncrypted, keyId }, `phone ${userId}`)
