import { currentStatus } from '../account/ban.ts'
import { lockUser } from '../account/lock-user.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Companion } from '../auth/identities.ts'
import type { Query } from '../database/query.ts'
import type { PhoneNumber } from './phone-number.ts'
import { lockOfNumber, type Phones, PhoneTaken } from './phones.ts'

/**
 * What a phone number has to say at a login: it leads somebody unknown to the account that has it, and becomes the number of
 * whoever has none.
 */
export type AccompanyByPhone = (number: PhoneNumber, origin: { appId: string; ip: string }) => Companion

/** @param joinSeconds numbers are recycled: how long ago an account may have been used to be joined; 0 is never. */
export function createAccompanyByPhone({
  phones,
  joinSeconds,
}: {
  phones: Phones
  joinSeconds: number
}): AccompanyByPhone {
  /**
   * With the account locked, whatever was under way there has ended. Whoever has a recycled number learns nothing of a
   * ban, and does not become an admin.
   */
  async function mayBeJoined(query: Query, userId: string, appId: string): Promise<boolean> {
    const user = await lockUser(query, userId)
    if (user?.role !== 'user' || currentStatus(user) !== 'active') return false
    const since = new Date(Date.now() - joinSeconds * 1000)
    const [found] = await query<{ is_in_use: boolean; has_identity: boolean }>`
      SELECT EXISTS (SELECT FROM sessions WHERE user_id = ${userId}::uuid AND refreshed_at > ${since}) AS is_in_use,
        EXISTS (SELECT FROM wechat_identities WHERE user_id = ${userId}::uuid AND app_id = ${appId}) AS has_identity`
    return !found?.has_identity && (user.last_login_at > since || found?.is_in_use === true)
  }

  return (number, { appId, ip }) => ({
    lockName: lockOfNumber(number.full),

    async findAccount(query) {
      const owner = await phones.findOwner(query, number)
      if (owner === null) return null
      if (!(await mayBeJoined(query, owner, appId))) throw new PhoneTaken(null, owner)
      await appendAuditEntry(query, {
        type: 'wechat_bound',
        userId: owner,
        ip,
        appId,
        data: { reason: 'phone' },
      })
      return owner
    },

    /** Whoever has another number keeps it: a login is no wish to change it. */
    async settle(query, userId) {
      if (!(await phones.hasNumber(query, userId))) await phones.bind(query, userId, number, { ip, appId })
    },
  })
}
