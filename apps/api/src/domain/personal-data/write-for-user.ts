import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { lockActiveUser } from '../locks.ts'

/**
 * Writes rows of a logged-in user. The user's row is locked until the transaction ends: a deletion or a merge that is under
 * way ends first, and one that comes later finds what was written.
 *
 * @throws ApiError `session_revoked` when the account was deleted or merged meanwhile, `account_banned`; then nothing was
 *   written.
 */
export async function writeForUser<Result>(
  { prisma }: Database,
  userId: string,
  write: (transaction: Prisma.TransactionClient) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(async (transaction) => {
    await lockActiveUser(prismaQuery(transaction), userId)
    return write(transaction)
  })
}
