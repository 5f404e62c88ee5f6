import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery, type Query } from '../../infra/database/query.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { PhoneClaim } from '../identities/wechat-identities.ts'
import { lockUser, phoneLockKey } from '../locks.ts'
import { deleteMergeTickets } from '../merge-tickets.ts'
import { effectiveStatus } from '../users/account-state.ts'
import type { PhoneNumber } from './phone-number.ts'
import { PhoneAlreadyBoundError, type Phones } from './phones.ts'

/** A use so soon after the number was verified belongs to the visit in which that was done. */
const sameVisitMs = 24 * 60 * 60 * 1000

/**
 * What a phone number does at a login: it may lead a new WeChat user to the account that has it, and is bound to an
 * account that has none.
 *
 * @param reclaimSeconds PHONE_RECLAIM_DAYS: numbers are recycled. 0 is never.
 */
export const createPhoneClaim = (
  { phones, reclaimSeconds }: { phones: Phones; reclaimSeconds: number },
  number: PhoneNumber,
  { appId, ip }: { appId: string; ip: string },
): PhoneClaim => ({
  lockKey: phoneLockKey(number.full),

  async findAccount(transaction, batch) {
    const query = prismaQuery(transaction)
    const ownerId = await phones.findOwner(query, number, { appId })
    if (ownerId === null) return null
    if (!(await canClaimAccount(query, ownerId, reclaimSeconds)))
      throw new PhoneAlreadyBoundError(null, ownerId)
    await batch.revokeUserTokens(ownerId, 'phone_reclaimed')
    await unbindOthers(transaction, ownerId, ip)
    await appendAuditEntry(query, {
      type: 'wechat_bound',
      userId: ownerId,
      ip,
      appId,
      data: { reason: 'phone' },
    })
    return ownerId
  },

  /** Logging in never changes the phone number of an account that has another. */
  async apply(query, userId) {
    const isOwn = (await phones.findOwner(query, number, { appId, userId })) === userId
    if (isOwn || !(await phones.hasNumber(query, userId)))
      await phones.bind(query, userId, number, { ip, appId })
  },
})

/**
 * Whether the number alone may lead to an account: WeChat verified it there recently, and nothing since then shows a user
 * who logs in another way. Locks the user, so that concurrent changes have ended.
 */
async function canClaimAccount(query: Query, userId: string, reclaimSeconds: number): Promise<boolean> {
  const user = await lockUser(query, userId)
  // The new user of a recycled number learns nothing of a ban, and does not become an admin.
  if (user?.role !== 'user' || effectiveStatus(user) !== 'active') return false
  const [phone] = await query<{ verified_at: Date }>`
    SELECT verified_at FROM phones WHERE user_id = ${userId}::uuid`
  const now = new Date()
  if (!phone || phone.verified_at.getTime() <= now.getTime() - reclaimSeconds * 1000) return false
  const visitEnd = new Date(phone.verified_at.getTime() + sameVisitMs)
  // An account without any session is being registered: its first one is about to be created.
  const [found] = await query<{ has_password: boolean; is_in_use: boolean }>`
    SELECT EXISTS (SELECT FROM passwords WHERE user_id = ${userId}::uuid) AS has_password,
      EXISTS (
        SELECT FROM sessions WHERE user_id = ${userId}::uuid
          AND ((revoked_at IS NULL AND expires_at > ${now}) OR refreshed_at > ${visitEnd})
      ) OR NOT EXISTS (SELECT FROM sessions WHERE user_id = ${userId}::uuid) AS is_in_use`
  return found?.has_password === false && !found.is_in_use && user.last_login_at <= visitEnd
}

/** The WeChat identities of the account may be those of an earlier user of the number: they no longer lead there. */
async function unbindOthers(
  transaction: Prisma.TransactionClient,
  userId: string,
  ip: string,
): Promise<void> {
  const { count } = await transaction.wechatIdentity.deleteMany({ where: { userId } })
  await deleteMergeTickets(transaction, [userId])
  if (count === 0) return
  const data = { reason: 'phone' }
  await appendAuditEntry(prismaQuery(transaction), { type: 'wechat_unbound', userId, ip, data })
}
