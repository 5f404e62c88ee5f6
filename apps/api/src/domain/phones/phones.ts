import type { Query } from '../../infra/database/query.ts'
import { type AuditEntry, appendAuditEntry } from '../audit/audit-log.ts'
import type { StoredNumbers } from './phone-encryption.ts'
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
   * Gives a number that WeChat has just verified to an account, in place of the one before. The own number again is verified
   * anew. Resolves with whether it is another than before.
   *
   * @throws PhoneTaken
   */
  bind(query: Query, userId: string, number: PhoneNumber, origin: BindingOrigin): Promise<boolean>
}

/** The advisory lock under which a number gets an owner. */
export const lockOfNumber = (full: PhoneNumber['full']) => `phone ${full}`

export function createPhones(storedNumbers: StoredNumbers): Phones {
  async function findOwner(query: Query, { full }: PhoneNumber): Promise<string | null> {
    const [phone] = await query<{ user_id: string }>`
      SELECT user_id FROM phones WHERE hash = ANY(${storedNumbers.hashes(full)}::bytea[])`
    return phone?.user_id ?? null
  }

  return {
    findOwner,
    async hasNumber(query, userId) {
      const found = await query`SELECT FROM phones WHERE user_id = ${userId}::uuid`
      return found.length > 0
    },
    async bind(query, userId, number, { ip, appId }) {
      const owner = await findOwner(query, number)
      if (owner === userId) {
        await query`UPDATE phones SET verified_at = ${new Date()} WHERE user_id = ${userId}::uuid`
        return false
      }
      if (owner) throw new PhoneTaken(userId, owner)
      const replaced = await forget(query, userId)
      const now = new Date()
      const { hash, numberEncrypted, keyId } = storedNumbers.store(userId, number.full)
      await query`
        INSERT INTO phones (user_id, hash, number_encrypted, key_id, bound_at, verified_at)
        VALUES (${userId}::uuid, ${hash}, ${numberEncrypted}, ${keyId}, ${now}, ${now})`
      await query`UPDATE users SET phone_masked = ${number.masked} WHERE id = ${userId}::uuid`
      await appendAuditEntry(query, {
        type: 'phone_bound',
        userId,
        ip,
        ...(appId === undefined ? {} : { appId }),
        data: { replaced },
      })
      return true
    },
  }
}

/** Resolves with whether there was a number. For transactions that hold the row of the user. */
export async function removePhone(
  query: Query,
  userId: string,
  audit: Pick<AuditEntry, 'ip' | 'data'>,
): Promise<boolean> {
  if (!(await forget(query, userId))) return false
  await query`UPDATE users SET phone_masked = NULL WHERE id = ${userId}::uuid`
  await appendAuditEntry(query, { type: 'phone_removed', userId, ...audit })
  return true
}

async function forget(query: Query, userId: string): Promise<boolean> {
  const forgotten = await query<{ user_id: string }>`
    DELETE FROM phones WHERE user_id = ${userId}::uuid RETURNING user_id`
  return forgotten.length > 0
}
