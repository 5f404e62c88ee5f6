import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'

/**
 * Refuses an inviter who is nobody, before the code of a login is used up: it can then log in without one.
 *
 * @throws ApiError `inviter_unknown`.
 */
export type RefuseUnknownInviter = (inviterId: string | undefined) => Promise<void>

export function createRefuseUnknownInviter({ prisma }: Database): RefuseUnknownInviter {
  return async (inviterId) => {
    if (inviterId === undefined) return
    const inviter = await prisma.user.findUnique({ where: { id: inviterId }, select: { status: true } })
    if (!inviter || inviter.status === 'erased') throw new ApiError('inviter_unknown')
  }
}
