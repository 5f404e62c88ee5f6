import { type Admission, currentStatus } from '../account/ban.ts'
import { insertAuditEntry } from '../audit/audit-log.ts'
import type { Companion } from '../auth/identities.ts'
import type { Query } from '../database/query.ts'
import type { PhoneNumber } from './phone-number.ts'
import { lockOfNumber, type Phones, PhoneTaken } from './phones.ts'

/**
 * What a phone number has to say at a login: it leads somebody unknown to the account that has it, and becomes the number of
 * whoever has none.
 */
export type AccompanyByPhone = (number: PhoneNumber, origin: { appId: string; ip: string }) => Companion

/** What decides whether an account may be joined by its number alone. */
type Candidate = Admission & { role: 'user' | 'admin'; in_use: boolean; has_identity: boolean }

/** @param joinSeconds numbers are recycled: how long ago an account may have been used to be joined; 0 is never. */
export function createAccompanyByPhone({
  phones,
  joinSeconds,
}: {
  phones: Phones
  joinSeconds: number
}): AccompanyByPhone {
  async function readCandidate(query: Query, userId: string, appId: string): Promise<Candidate | undefined> {
    const since = new Date(Date.now() - joinSeconds * 1000)
    const [candidate] = await query<Candidate>`
      SELECT id, status, banned_reason, banned_until, role,
        last_login_at > ${since} OR EXISTS (
          SELECT FROM sessions WHERE user_id = users.id AND refreshed_at > ${since}) AS in_use,
        EXISTS (SELECT FROM wechat_identities WHERE user_id = users.id AND app_id = ${appId}) AS has_identity
      FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
    return candidate
  }

  return (number, { appId, ip }) => ({
    lockName: lockOfNumber(number),

    async findAccount(query) {
      const owner = await phones.findOwner(query, number)
      if (owner === null) return null
      const candidate = await readCandidate(query, owner, appId)
      // Whoever has a recycled number learns nothing of a ban, and does not become an admin.
      const mayJoin =
        candidate?.in_use &&
        !candidate.has_identity &&
        candidate.role === 'user' &&
        currentStatus(candidate) === 'active'
      if (!mayJoin) throw new PhoneTaken(null, owner)
      await insertAuditEntry(query, {
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
