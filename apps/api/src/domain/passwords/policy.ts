import { dictionary } from '@zxcvbn-ts/language-common'
import type { Database } from '../../infra/database/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The common passwords of at least eight characters, which the schema would accept: some 18,000. */
const common = new Set(dictionary['passwords-common'].map(String).filter((password) => password.length >= 8))

/**
 * Rejects what is guessed first, in upper or lower case: common passwords, one repeated character, the username.
 *
 * @throws ApiError `password_too_common`.
 */
export function assertPasswordAllowed(password: string, username: string | null): void {
  const lowerCase = password.normalize('NFKC').toLowerCase()
  if (common.has(lowerCase) || lowerCase === username || new Set(lowerCase).size === 1)
    throw new ApiError('password_too_common')
}

/** A username as it is stored and looked up: the same in whatever case and form it is typed. */
export const normalizeUsername = (typed: string) => typed.normalize('NFKC').toLowerCase()

/**
 * Spares a code and a hash where the username is taken. The unique index of the database decides in the end.
 *
 * @throws ApiError `username_taken`.
 */
export async function assertUsernameAvailable(prisma: Database['prisma'], username: string): Promise<void> {
  const user = await prisma.user.findUnique({ where: { username }, select: { id: true } })
  if (user) throw new ApiError('username_taken')
}
