import type { Prisma } from '../../infra/database/generated/client.ts'
import { type Query, queryIn } from '../../infra/database/query.ts'
import { deleteTicketsOf } from '../accounts/merge-tickets.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Companion } from '../identities/wechat-identities.ts'
import { lockUser } from '../locks.ts'
import { currentStatus } from '../users/account-state.ts'
import type { PhoneNumber } from './phone-number.ts'
import { lockOfNumber, type Phones, PhoneTaken } from './phones.ts'

/**
 * What a phone number has to say at a login: it may lead a WeChat user who is new to the account that has it, and becomes
 * the number of an account that has none.
 */
export type AccompanyByPhone = (number: PhoneNumber, origin: { appId: string; ip: string }) => Companion

/** A use so soon after the number was verified is the visit in which that was done. */
const sameVisitMs = 24 * 60 * 60 * 1000

/** @param reclaimSeconds PHONE_RECLAIM_DAYS: numbers are recycled. 0 is never. */
export function createAccompanyByPhone({
  phones,
  reclaimSeconds,
}: {
  phones: Phones
  reclaimSeconds: number
}): AccompanyByPhone {
  /**
   * Whether the number alone may lead to an account: WeChat verified it there recently, and since then the account shows no
   * sign of a user who still gets in another way. The user is locked, so whatever was under way there has ended. A new owner
   * of a recycled number learns nothing of a ban, and does not become an admin.
   */
  async function mayBeJoined(query: Query, userId: string): Promise<boolean> {
    const user = await lockUser(query, userId)
    if (user?.role !== 'user' || currentStatus(user) !== 'active') return false
    const [phone] = await query<{ verified_at: Date }>`
      SELECT verified_at FROM phones WHERE user_id = ${userId}::uuid`
    const now = new Date()
    if (!phone || phone.verified_at.getTime() <= now.getTime() - reclaimSeconds * 1000) return false
    const visitEnd = new Date(phone.verified_at.getTime() + sameVisitMs)
    // An account without any session is being registered: its first one is about to begin.
    const [found] = await query<{ has_password: boolean; is_in_use: boolean }>`
      SELECT EXISTS (SELECT FROM passwords WHERE user_id = ${userId}::uuid) AS has_password,
        EXISTS (
          SELECT FROM sessions WHERE user_id = ${userId}::uuid
            AND ((revoked_at IS NULL AND expires_at > ${now}) OR refreshed_at > ${visitEnd})
        ) OR NOT EXISTS (SELECT FROM sessions WHERE user_id = ${userId}::uuid) AS is_in_use`
    return found?.has_password === false && !found.is_in_use && user.last_login_at <= visitEnd
  }

  /** WeChat accounts that were left behind no longer lead there: they may be those of an earlier owner of the number. */
  async function unbindOthers(transaction: Prisma.TransactionClient, userId: string, ip: string) {
    const { count } = await transaction.wechatIdentity.deleteMany({ where: { userId } })
    await deleteTicketsOf(transaction, [userId])
    if (count === 0) return
    const data = { reason: 'phone' }
    await appendAuditEntry(queryIn(transaction), { type: 'wechat_unbound', userId, ip, data })
  }

  return (number, { appId, ip }) => ({
    lockName: lockOfNumber(number.full),

    async findAccount(transaction, end) {
      const query = queryIn(transaction)
      const owner = await phones.findOwner(query, number)
      if (owner === null) return null
      if (!(await mayBeJoined(query, owner))) throw new PhoneTaken(null, owner)
      await end.tokensOf(owner, 'phone_reclaimed')
      await unbindOthers(transaction, owner, ip)
      await appendAuditEntry(query, {
        type: 'wechat_bound',
        userId: owner,
        ip,
        appId,
        data: { reason: 'phone' },
      })
      return owner
    },

    /** Another number that the account has stays: a login is no wish to change it. */
    async settle(query, userId) {
      const isOwn = (await phones.findOwner(query, number)) === userId
      if (isOwn || !(await phones.hasNumber(query, userId)))
        await phones.bind(query, userId, number, { ip, appId })
    },
  })
}
