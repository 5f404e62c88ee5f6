import type { AccountProof, AppealBody, BanNotice } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import type { AppContext } from '../../context.ts'
import { type AccountProofServices, resolveProvenUser } from '../../domain/account-proof.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockUser } from '../../domain/locks.ts'
import { effectiveStatus } from '../../domain/users/account-state.ts'
import type { UserRow } from '../../domain/users/user.ts'
import type { Appeal, Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

type AppealContext = AccountProofServices & Pick<AppContext, 'database'>

/**
 * Why an account is banned, and its latest appeal. Only its user learns it: a proof comes first.
 *
 * @throws ApiError `not_banned`, and those of a proof.
 */
export async function getBanNotice(
  context: AppealContext,
  proof: AccountProof,
  request: RequestContext,
): Promise<BanNotice> {
  const userId = await resolveProvenUser(context, proof, request)
  return context.database.prisma.$transaction(async (transaction) => {
    const user = await lockBannedUser(transaction, userId)
    return toBanNotice(user, await findLatestAppeal(transaction, user.banId))
  })
}

/**
 * Files an appeal against the ban of the proven account. While one is open, it is returned instead.
 *
 * @throws ApiError `not_banned`, `invalid_request` for an empty text, `rate_limited`, and those of a proof.
 */
export async function fileAppeal(
  context: AppealContext & Pick<AppContext, 'limits'>,
  body: AppealBody,
  request: RequestContext,
): Promise<BanNotice> {
  const { database, limits } = context
  const text = body.text.trim()
  if (text === '') throw new ApiError('invalid_request', { detail: 'body/text must not be empty' })
  const userId = await resolveProvenUser(context, body, request)
  // Outside the transaction, which must not wait for Redis. An appeal that is rejected here or repeated does not count.
  await database.prisma.$transaction((transaction) => lockBannedUser(transaction, userId))
  const isRepeated = (await database.prisma.appeal.count({ where: { userId, state: 'open' } })) > 0
  if (!isRepeated) await limits.appeal(userId)
  const notice = await database.prisma.$transaction(async (transaction) => {
    const user = await lockBannedUser(transaction, userId)
    const latest = await findLatestAppeal(transaction, user.banId)
    if (latest?.state === 'open') return toBanNotice(user, latest)
    const appeal = await transaction.appeal.create({
      data: { id: uuidv7(), userId, banId: user.banId, text, createdAt: new Date() },
    })
    await appendAuditEntry(prismaQuery(transaction), { type: 'appeal_filed', userId, ip: request.ip })
    return toBanNotice(user, appeal)
  })
  request.log.info({ userId }, 'appeal filed')
  return notice
}

type BannedUser = UserRow & { banId: string }

/** Locks the user: of two concurrent appeals the second finds the first, and a deletion waits. */
async function lockBannedUser(transaction: Prisma.TransactionClient, userId: string): Promise<BannedUser> {
  const user = await lockUser(prismaQuery(transaction), userId)
  if (!user || user.status === 'deleted') throw new ApiError('not_found')
  if (effectiveStatus(user) !== 'banned' || user.ban_id === null) throw new ApiError('not_banned')
  return { ...user, banId: user.ban_id }
}

const findLatestAppeal = (transaction: Prisma.TransactionClient, banId: string): Promise<Appeal | null> =>
  transaction.appeal.findFirst({ where: { banId }, orderBy: { id: 'desc' } })

const toBanNotice = (user: BannedUser, appeal: Appeal | null): BanNotice => ({
  reason: user.banned_reason,
  until: user.banned_until?.toISOString() ?? null,
  appeal: appeal && {
    state: appeal.state,
    createdAt: appeal.createdAt.toISOString(),
    response: appeal.response,
  },
})
