import { insertAuditEntry } from '../audit/audit-log.ts'
import type { Key } from '../configuration/values.ts'
import { createDataCipher } from '../data-cipher.ts'
import type { Query } from '../database/query.ts'
import { createLookupHash } from '../lookup-hash.ts'
import type { PhoneNumber } from './phone-number.ts'

/** The number belongs to another account. Ends the transaction that found it out; what it means is told after that. */
export class PhoneTaken extends Error {
  /** Who wants the number; `null` where they have no account. */
  readonly userId: string | null
  readonly otherUserId: string

  constructor(userId: string | null, otherUserId: string) {
    super('the phone number belongs to another account')
    this.userId = userId
    this.otherUserId = otherUserId
  }
}

/** From where a number is bound, for the audit log. */
export type BindingOrigin = { ip: string; appId?: string | undefined }

/** The phone numbers of accounts, for transactions that hold the lock of the number and the row of the user. */
export type Phones = {
  hasNumber(query: Query, userId: string): Promise<boolean>
  findOwner(query: Query, number: PhoneNumber): Promise<string | null>
  /**
   * Gives a number to an account, in place of the one before. The own number again changes nothing.
   *
   * @throws PhoneTaken
   */
  bind(query: Query, userId: string, number: PhoneNumber, origin: BindingOrigin): Promise<void>
  /** Does nothing where there is no number. */
  remove(query: Query, userId: string, origin: BindingOrigin): Promise<void>
}

/** The advisory lock under which a number gets an owner. */
export const lockOfNumber = ({ full }: Pick<PhoneNumber, 'full'>) => `phone ${full}`

/** Binds the ciphertext of a number to its owner. */
export const contextOfNumber = (userId: string) => `phone ${userId}`

/** @param keys DATA_KEYS: the first encrypts and hashes; a number is found under each. */
export function createPhones(keys: [Key, ...Key[]]): Phones {
  const cipher = createDataCipher(keys)
  const lookup = createLookupHash(keys, 'phone')

  async function findOwner(query: Query, { full }: PhoneNumber): Promise<string | null> {
    const [phone] = await query<{ user_id: string }>`
      SELECT user_id FROM phones WHERE hash = ANY(${lookup.candidates(full)}::bytea[])`
    return phone?.user_id ?? null
  }

  async function forget(query: Query, userId: string): Promise<boolean> {
    const forgotten = await query<{ user_id: string }>`
      DELETE FROM phones WHERE user_id = ${userId}::uuid RETURNING user_id`
    return forgotten.length > 0
  }

  return {
    findOwner,
    async hasNumber(query, userId) {
      const found = await query`SELECT FROM phones WHERE user_id = ${userId}::uuid`
      return found.length > 0
    },
    async bind(query, userId, number, origin) {
      const owner = await findOwner(query, number)
      if (owner === userId) return
      if (owner) throw new PhoneTaken(userId, owner)
      const replaced = await forget(query, userId)
      const encrypted = cipher.encrypt(number.full, contextOfNumber(userId))
      await query`
        INSERT INTO phones (user_id, hash, number_encrypted, key_id, bound_at)
        VALUES (${userId}::uuid, ${lookup.hash(number.full).hash}, ${encrypted.bytes}, ${encrypted.keyId}, ${new Date()})`
      await query`UPDATE users SET phone_masked = ${number.masked} WHERE id = ${userId}::uuid`
      await insertAuditEntry(query, { ...entryOf('phone_bound', userId, origin), data: { replaced } })
    },
    async remove(query, userId, origin) {
      if (!(await forget(query, userId))) return
      await query`UPDATE users SET phone_masked = NULL WHERE id = ${userId}::uuid`
      await insertAuditEntry(query, entryOf('phone_removed', userId, origin))
    },
  }
}

const entryOf = (type: 'phone_bound' | 'phone_removed', userId: string, { ip, appId }: BindingOrigin) => ({
  type,
  userId,
  ip,
  ...(appId === undefined ? {} : { appId }),
})
