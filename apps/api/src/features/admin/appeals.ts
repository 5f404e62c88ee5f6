import type { AdminAppeal, AppealPage, AppealQuery } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { banOf } from '../../domain/identities/banned-identities.ts'
import { lockAdminTarget } from '../../domain/locks.ts'
import type { Appeal, User } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { liftBan } from './actions.ts'
import { auditRead, type Reader } from './audit-read.ts'

const defaultPageSize = 20

/** A page of appeals, oldest first; `cursor` is the last id of the previous page. */
export async function listAppeals(
  { database }: Pick<AppContext, 'database'>,
  { state = 'open', cursor, limit = defaultPageSize }: AppealQuery,
  reader: Reader,
): Promise<AppealPage> {
  const { prisma } = database
  // One more row than requested shows whether there is a next page.
  const rows = await prisma.appeal.findMany({
    where: { state, ...(cursor === undefined ? {} : { id: { gt: cursor } }) },
    orderBy: { id: 'asc' },
    take: limit + 1,
  })
  const page = rows.slice(0, limit)
  const userIds = [...new Set(page.map(({ userId }) => userId))]
  const users = await prisma.user.findMany({ where: { id: { in: userIds } } })
  await auditRead(database, { ...reader, userIds })
  return {
    appeals: page.map((appeal) =>
      toAdminAppeal(
        appeal,
        users.find(({ id }) => id === appeal.userId),
      ),
    ),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** What an admin decides about one appeal. */
export type AppealDecision = { actorId: string; appealId: string; ip: string }

/** Lifts the ban. @throws ApiError `not_found` when no open appeal has this id. */
export async function acceptAppeal(
  context: Pick<AppContext, 'database'>,
  decision: AppealDecision,
): Promise<void> {
  await decide(context, decision, 'accepted', null)
}

/** Leaves the ban. @throws ApiError `not_found` when no open appeal has this id. */
export async function rejectAppeal(
  context: Pick<AppContext, 'database'>,
  decision: AppealDecision,
  response: string,
): Promise<void> {
  await decide(context, decision, 'rejected', response)
}

async function decide(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  { actorId, appealId, ip }: AppealDecision,
  state: 'accepted' | 'rejected',
  response: string | null,
): Promise<void> {
  await prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    const found = await transaction.appeal.findUnique({ where: { id: appealId } })
    // An unknown id needs an admin too: the lock checks the admin first.
    const userId = found?.userId ?? actorId
    await lockAdminTarget(query, { actorId, userId })
    // Only now: another admin may have decided while this one waited.
    const { count } = await transaction.appeal.updateMany({
      where: { id: appealId, state: 'open' },
      data: { state, response, decidedAt: new Date() },
    })
    // A new ban closes the appeals of the ones before, so an open appeal is about the ban in force.
    if (count === 0) throw new ApiError('not_found', { detail: 'no open appeal has this id' })
    const action = { actorId, userId, ip }
    await appendAuditEntry(query, { type: `appeal_${state}`, ...action, data: { appealId } })
    if (state === 'accepted') await liftBan(transaction, action)
  })
}

function toAdminAppeal(appeal: Appeal, user: User | undefined): AdminAppeal {
  const ban = user && user.banId === appeal.banId ? banOf(user) : null
  return {
    id: appeal.id,
    userId: appeal.userId,
    text: appeal.text,
    state: appeal.state,
    response: appeal.response,
    createdAt: appeal.createdAt.toISOString(),
    decidedAt: appeal.decidedAt?.toISOString() ?? null,
    bannedReason: ban?.reason ?? null,
    bannedUntil: ban?.until?.toISOString() ?? null,
    bannedNote: ban ? (user?.bannedNote ?? null) : null,
  }
}
