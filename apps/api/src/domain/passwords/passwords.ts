import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { DeviceTokens } from '../sessions/device-tokens.ts'
import type { Admission } from '../users/account-state.ts'
import type { PasswordAttempt, PasswordAttempts } from './attempt-limits.ts'
import type { PasswordHasher } from './hasher.ts'
import { storedUsername } from './usernames.ts'

/** An account whose password somebody knows. */
export type Proven = Admission & { changed_at: Date }

export type Passwords = {
  /**
   * Whose username and password these are. Nobody's take as long, and are answered alike.
   *
   * @throws ApiError `credentials_invalid`, `rate_limited`.
   */
  prove(
    typed: { username: string; password: string; deviceToken?: string | undefined },
    ip: string,
  ): Promise<Proven>
  /**
   * Refuses a password that is not the account's.
   *
   * @param sessionId that of its owner; absent where somebody else may be asking.
   * @throws ApiError `password_not_set`, `credentials_invalid`, `rate_limited`.
   */
  proveOf(userId: string, password: string, from: { ip: string; sessionId?: string }): Promise<void>
  /** Whether it is still the password that was proven. */
  isUnchanged(proven: Proven): Promise<boolean>
}

type Row = Proven & { username: string; hash: string; is_familiar: boolean }

export function createPasswords({
  database: { prisma },
  hasher,
  attempts,
  deviceTokens,
}: {
  database: Database
  hasher: PasswordHasher
  attempts: PasswordAttempts
  deviceTokens: DeviceTokens
}): Passwords {
  /** With whether the account was ever used from this address, or from its network where that is one of IPv6. */
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

  async function check(row: Row | undefined, password: string, attempt: PasswordAttempt): Promise<Row> {
    const succeeded = await attempts.count(attempt)
    const isRight = await hasher.verify(row?.hash ?? null, password)
    if (!row || !isRight) throw new ApiError('credentials_invalid', row ? { userId: row.id } : {})
    await succeeded()
    if (hasher.isOutdated(row.hash)) await rehash(row, password)
    return row
  }

  /** Not a change of the password: whoever has just proven it is still right. */
  async function rehash({ id, hash }: Row, password: string): Promise<void> {
    const renewed = await hasher.hash(password)
    await prisma.password.updateMany({ where: { userId: id, hash }, data: { hash: renewed } })
  }

  return {
    async prove({ username: typed, password, deviceToken }, ip) {
      const username = storedUsername(typed)
      const row = await find(Prisma.sql`username = ${username}`, ip)
      const device = deviceToken === undefined ? null : deviceTokens.read(deviceToken)
      return check(row, password, {
        username,
        ip,
        device: row && device?.isOf(row.id) ? device.deviceId : undefined,
        isFamiliar: row?.is_familiar ?? false,
      })
    },
    async proveOf(userId, password, { ip, sessionId }) {
      const row = await find(Prisma.sql`users.id = ${userId}::uuid`, ip)
      if (!row) throw new ApiError('password_not_set')
      await check(row, password, {
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
