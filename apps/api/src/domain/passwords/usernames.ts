import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/** A username as it is stored and looked up: the same for every way to type it. */
export const storedUsername = (typed: string) => typed.normalize('NFKC').toLowerCase()

/**
 * Before a code is used up and a password hashed for nothing; the database has the last word.
 *
 * @throws ApiError `username_taken`.
 */
export async function refuseTakenUsername(prisma: Database['prisma'], username: string): Promise<void> {
  const user = await prisma.user.findUnique({ where: { username }, select: { id: true } })
  if (user) throw new ApiError('username_taken')
}
