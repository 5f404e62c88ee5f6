import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import type { PasswordHasher } from './password-hasher.ts'

export type Passwords = {
  /**
   * Whose username and password these are. Nobody's take as long, and are answered alike.
   *
   * @throws ApiError `credentials_invalid`.
   */
  prove(typed: { username: string; password: string }, ip: string): Promise<{ id: string }>
  /**
   * Refuses a password that is not the account's.
   *
   * @throws ApiError `credentials_invalid`.
   */
  proveOf(userId: string, password: string, from: { ip: string; sessionId?: string }): Promise<void>
}

export function createPasswords({
  database: { prisma },
  hasher,
}: {
  database: Database
  hasher: PasswordHasher
}): Passwords {
  async function check(userId: string | undefined, password: string): Promise<void> {
    const row = userId === undefined ? null : await prisma.password.findUnique({ where: { userId } })
    if (await hasher.verify(row?.hash ?? null, password)) return
    throw new ApiError('credentials_invalid', userId === undefined ? {} : { userId })
  }

  return {
    async prove({ username: typed, password }) {
      const username = typed.normalize('NFKC').toLowerCase()
      const user = await prisma.user.findUnique({ where: { username }, select: { id: true } })
      await check(user?.id, password)
      if (!user) throw new ApiError('credentials_invalid')
      return user
    },
    proveOf: (userId, password) => check(userId, password),
  }
}
