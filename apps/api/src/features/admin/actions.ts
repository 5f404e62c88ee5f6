import type { BanBody, Proof, User } from '@repo/shared'
import { type AuditEntry, appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockAdminTarget } from '../../domain/locks.ts'
import type { OwnershipVerifier, ProvenRequest } from '../../domain/ownership.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'

/** Which admin does something to whom, and from where. */
export type Act = { actorId: string; userId: string; ip: string }

/**
 * What an admin can do. Each act is in the audit log, in the transaction that does it, and bites at once.
 * All throw ApiError `not_found` where there is no such user, or no longer; `account_banned`, `session_revoked` or
 * `forbidden` where the admin is one no longer.
 */
export type Acts = {
  /** @throws ApiError `cannot_modify_self`; `invalid_request` when the ban would be over already. */
  ban(act: Act, ban: BanBody): Promise<void>
  unban(act: Act): Promise<void>
  /** @throws ApiError `cannot_modify_self`, and what the admin's proof is rejected with. */
  setRole(
    act: Act,
    role: User['role'],
    proof: Proof,
    from: Pick<ProvenRequest, 'sessionId' | 'log'>,
  ): Promise<void>
  setLevel(act: Act, level: number): Promise<void>
  endSessions(act: Act): Promise<void>
}

export function createActs({
  database: { prisma },
  revoke,
  ownership,
}: {
  database: Database
  revoke: Revoke
  ownership: OwnershipVerifier
}): Acts {
  const by = ({ actorId, ip }: Act) => ({ actorId, ip })

  const append = (
    transaction: Prisma.TransactionClient,
    act: Act,
    type: AuditEntry['type'],
    data: AuditEntry['data'] = {},
  ) => appendAuditEntry(queryIn(transaction), { type, ...act, data })

  function refuseOwnAccount({ actorId, userId }: Act): void {
    if (actorId === userId) throw new ApiError('cannot_modify_self')
  }

  return {
    async ban(act, { reason, until }) {
      refuseOwnAccount(act)
      const bannedUntil = until === undefined ? null : readFutureMoment(until)
      await revoke.tokensOf(act.userId, by(act), {
        async change(transaction) {
          await lockAdminTarget(queryIn(transaction), act)
          await transaction.user.update({
            where: { id: act.userId },
            data: { status: 'banned', bannedReason: reason, bannedUntil },
          })
          await append(transaction, act, 'user_banned', { reason, until: bannedUntil?.toISOString() ?? null })
        },
        endSessions: 'banned',
      })
    },
    async unban(act) {
      await prisma.$transaction(async (transaction) => {
        const { status } = await lockAdminTarget(queryIn(transaction), act)
        if (status !== 'banned') return
        await transaction.user.update({
          where: { id: act.userId },
          data: { status: 'active', bannedReason: null, bannedUntil: null },
        })
        await append(transaction, act, 'user_unbanned')
      })
    },
    async setRole(act, role, proof, from) {
      const operation = 'PUT /v1/admin/users/:id/role'
      await ownership.verify(act.actorId, proof, { operation, ip: act.ip, ...from })
      refuseOwnAccount(act)
      await revoke.tokensOf(act.userId, by(act), {
        async change(transaction) {
          const user = await lockAdminTarget(queryIn(transaction), act)
          await transaction.user.update({ where: { id: act.userId }, data: { role } })
          await append(transaction, act, 'role_changed', { from: user.role, to: role })
        },
      })
    },
    async setLevel(act, level) {
      await prisma.$transaction(async (transaction) => {
        const user = await lockAdminTarget(queryIn(transaction), act)
        await transaction.user.update({ where: { id: act.userId }, data: { level } })
        await append(transaction, act, 'level_changed', { from: user.level, to: level })
      })
    },
    async endSessions(act) {
      await revoke.tokensOf(act.userId, by(act), {
        change: (transaction) => lockAdminTarget(queryIn(transaction), act),
        endSessions: 'revoked_by_admin',
      })
    },
  }
}

function readFutureMoment(text: string): Date {
  const moment = new Date(text)
  // Also what the schema lets pass and no calendar has, such as a leap second: no comparison holds for it.
  if (moment.getTime() > Date.now() && moment < endOfTime) return moment
  throw new ApiError('invalid_request', { detail: 'body/until must lie ahead, and before the year 9999' })
}

/** An offset can carry a date into the year 10000, which ISO 8601 writes in another way. */
const endOfTime = new Date('9999-01-01')
