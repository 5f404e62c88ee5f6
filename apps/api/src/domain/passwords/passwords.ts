import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { DeviceTokens } from '../sessions/device-tokens.ts'
import type { AccountState } from '../users/account-state.ts'
import { countPasswordAttempt, type PasswordAttempt } from './attempt-limits.ts'
import type { PasswordHasher } from './hasher.ts'
import { normalizeUsername } from './policy.ts'

/** The account to which a username and a password belong. */
export type VerifiedCredentials = AccountState & { changed_at: Date }

export type Passwords = {
  /**
   * Finds the account of a username and a password. An unknown username takes as long and gets the same error as a wrong
   * password.
   *
   * @throws ApiError `credentials_invalid`, `rate_limited`.
   */
  verifyCredentials(
    typed: { username: string; password: string; deviceToken?: string | undefined },
    ip: string,
  ): Promise<VerifiedCredentials>
  /**
   * Rejects a password that is not the account's.
   *
   * @param from with a session of the account; without one where another user may be asking.
   * @throws ApiError `password_not_set`, `credentials_invalid`, `rate_limited`.
   */
  verifyPassword(userId: string, password: string, from: { ip: string; sessionId?: string }): Promise<void>
  /** Whether the account still has the password that was verified. */
  isUnchanged(verified: VerifiedCredentials): Promise<boolean>
}

type Row = VerifiedCredentials & { username: string; hash: string; is_familiar: boolean }

export function createPasswords({
  database: { prisma },
  hasher,
  counters,
  limits,
  deviceTokens,
}: {
  database: Database
  hasher: PasswordHasher
  counters: Counters
  limits: Pick<Config['limits'], 'passwordPerAccount'>
  deviceTokens: DeviceTokens
}): Passwords {
  /** With whether the account was ever used from this IP, or from its network where that is one of IPv6. */
  async function find(condition: Prisma.Sql, ip: string): Promise<Row | undefined> {
    const [row] = await prisma.$queryRaw<Row[]>`
      SELECT users.id, username, status, banned_reason, banned_until, hash, changed_at,
        EXISTS (
          SELECT FROM sessions WHERE user_id = users.id AND network(set_masklen(ip,
            CASE WHEN family(ip) = 4 THEN 32 WHEN ip <<= '::ffff:0:0/96' THEN 128 ELSE 64 END)) >>= ${ip}::inet
        ) AS is_familiar
      FROM users JOIN passwords ON passwords.user_id = users.id WHERE ${condition}`
    return row
  }

  async function verify(row: Row | undefined, password: string, attempt: PasswordAttempt): Promise<Row> {
    const resetCount = await countPasswordAttempt(counters, limits.passwordPerAccount, attempt)
    const isRight = await hasher.verify(row?.hash ?? null, password)
    if (!row || !isRight) throw new ApiError('credentials_invalid', row ? { userId: row.id } : {})
    await resetCount()
    if (hasher.isOutdated(row.hash)) await rehash(row, password)
    return row
  }

  /** Leaves `changed_at`: the password is the same. */
  async function rehash({ id, hash }: Row, password: string): Promise<void> {
    const renewed = await hasher.hash(password)
    await prisma.password.updateMany({ where: { userId: id, hash }, data: { hash: renewed } })
  }

  return {
    async verifyCredentials({ username: typed, password, deviceToken }, ip) {
      const username = normalizeUsername(typed)
      const row = await find(Prisma.sql`username = ${username}`, ip)
      const device = deviceToken === undefined ? null : deviceTokens.read(deviceToken)
      return verify(row, password, {
        username,
        ip,
        device: row && device?.isOf(row.id) ? device.deviceId : undefined,
        isFamiliar: row?.is_familiar ?? false,
      })
    },
    async verifyPassword(userId, password, { ip, sessionId }) {
      const row = await find(Prisma.sql`users.id = ${userId}::uuid`, ip)
      if (!row) throw new ApiError('password_not_set')
      await verify(row, password, {
        username: row.username,
        ip,
        session: sessionId,
        isFamiliar: row.is_familiar,
      })
    },
    async isUnchanged({ id, changed_at }) {
      const password = await prisma.password.findUnique({ where: { userId: id } })
      return password?.changedAt.getTime() === changed_at.getTime()
    },
  }
}
