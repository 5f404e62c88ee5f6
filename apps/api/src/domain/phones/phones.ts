import { appsSharingWith, type SharedApp } from '../../config/shared-apps.ts'
import type { Query } from '../../infra/database/query.ts'
import { type AuditEntry, appendAuditEntry } from '../audit/audit-log.ts'
import type { PhoneEncryption } from './phone-encryption.ts'
import type { PhoneNumber } from './phone-number.ts'

/** Another account has the number. Rolls the transaction back; the caller creates the merge ticket after that. */
export class PhoneAlreadyBoundError extends Error {
  /** The user who wants the number; `null` where they have no account. */
  readonly userId: string | null
  readonly otherUserId: string

  constructor(userId: string | null, otherUserId: string) {
    super('the phone number belongs to another account')
    this.userId = userId
    this.otherUserId = otherUserId
  }
}

/** Where a number is bound; without an AppID in the default mini program. */
export type PhoneBindingOrigin = { ip: string; appId?: string | undefined }

/** The phone numbers of accounts, for transactions that hold the lock of the number and of the user. */
export type Phones = {
  hasNumber(query: Query, userId: string): Promise<boolean>
  /** The account with the number in the mini programs that share accounts with this one; `userId` comes before others. */
  findOwner(
    query: Query,
    number: PhoneNumber,
    visitor: { appId: string; userId?: string },
  ): Promise<string | null>
  /**
   * Binds a number that WeChat has just verified, in place of the account's number before. Where it is the same, only its
   * time of verification changes. Resolves with whether the number is a new one.
   *
   * @throws PhoneAlreadyBoundError
   */
  bind(query: Query, userId: string, number: PhoneNumber, origin: PhoneBindingOrigin): Promise<boolean>
}

export function createPhones({
  phoneEncryption,
  sharedApps,
  defaultAppId,
}: {
  phoneEncryption: PhoneEncryption
  sharedApps: SharedApp[] | null
  defaultAppId: string
}): Phones {
  const findOwner: Phones['findOwner'] = async (query, { full }, { appId, userId = null }) => {
    const appIds = appsSharingWith(sharedApps, appId)
    if (appIds.includes(defaultAppId)) appIds.push('')
    const [phone] = await query<{ user_id: string }>`
      SELECT user_id FROM phones WHERE hash = ANY(${phoneEncryption.lookupHashes(full)}::bytea[])
        AND (app_id = ANY(${appIds}::text[]) OR user_id = ${userId}::uuid)
      ORDER BY user_id IS NOT DISTINCT FROM ${userId}::uuid DESC, bound_at LIMIT 1`
    return phone?.user_id ?? null
  }

  return {
    findOwner,
    async hasNumber(query, userId) {
      const found = await query`SELECT FROM phones WHERE user_id = ${userId}::uuid`
      return found.length > 0
    },
    async bind(query, userId, number, { ip, appId }) {
      const boundIn = appId ?? defaultAppId
      const ownerId = await findOwner(query, number, { appId: boundIn, userId })
      if (ownerId === userId) {
        await query`UPDATE phones SET verified_at = ${new Date()} WHERE user_id = ${userId}::uuid`
        return false
      }
      if (ownerId) throw new PhoneAlreadyBoundError(userId, ownerId)
      const replaced = await deleteRow(query, userId)
      const now = new Date()
      const { hash, numberEncrypted, keyId } = phoneEncryption.encrypt(userId, number.full)
      await query`
        INSERT INTO phones (user_id, hash, app_id, number_encrypted, key_id, bound_at, verified_at)
        VALUES (${userId}::uuid, ${hash}, ${boundIn}, ${numberEncrypted}, ${keyId}, ${now}, ${now})`
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

/** Resolves with whether there was a number. For transactions that hold the lock of the user. */
export async function deletePhone(
  query: Query,
  userId: string,
  audit: Pick<AuditEntry, 'ip' | 'data'>,
): Promise<boolean> {
  if (!(await deleteRow(query, userId))) return false
  await query`UPDATE users SET phone_masked = NULL WHERE id = ${userId}::uuid`
  await appendAuditEntry(query, { type: 'phone_removed', userId, ...audit })
  return true
}

async function deleteRow(query: Query, userId: string): Promise<boolean> {
  const deleted = await query<{ user_id: string }>`
    DELETE FROM phones WHERE user_id = ${userId}::uuid RETURNING user_id`
  return deleted.length > 0
}
