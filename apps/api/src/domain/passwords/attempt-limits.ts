import { createHash } from 'node:crypto'
import { networksOf, pace, rateLimited } from '../../infra/rate-limits/attempts.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'

/** An attempt to verify the password of an account. */
export type PasswordAttempt = {
  /** As it is stored, whether or not an account has it. */
  username: string
  ip: string
  /** The session of a logged-in user. */
  session?: string | undefined
  /** A device on which the user has logged in before. */
  device?: string | undefined
  /** The account was used from this IP before: attempts from other IPs do not count against it. */
  isFamiliar: boolean
}

/** Each window allows more than the one before and lasts much longer: so the wait grows with the failed attempts. */
const windows = [
  { factor: 1, windowMs: 60_000 },
  { factor: 2, windowMs: 10 * 60_000 },
  { factor: 4, windowMs: 2 * 60 * 60_000 },
]

/** All unknown IPs together get this many times the limit of one, before they have to take turns. */
const strangersFactor = 10

/**
 * Counts an attempt before the password is verified, to slow down guessing. A device of the user has a bucket of its own,
 * so that guesses from elsewhere never lock it out. On a new device in a new network the user may have to wait for a turn.
 *
 * @param limit LIMIT_PASSWORD_PER_ACCOUNT; 0 turns the limit off.
 * @returns resets the count, for an attempt that turned out right.
 * @throws ApiError `rate_limited`.
 */
export async function countPasswordAttempt(
  counters: Counters,
  limit: number,
  { username, ip, session, device, isFamiliar }: PasswordAttempt,
): Promise<() => Promise<void>> {
  if (limit === 0) return async () => {}
  const account = hashOf(username)
  const hit = (bucket: string, factor: number) => hitWindows(counters, bucket, limit * factor)
  const reset = (bucket: string) => async () => {
    await counters.reset(windows.map(({ windowMs }) => keyOf(bucket, windowMs)))
  }

  if (session !== undefined) {
    const bucket = `${account}:session:${session}`
    const waitMs = await hit(bucket, 1)
    if (waitMs > 0) throw rateLimited(waitMs)
    return reset(bucket)
  }
  if (device !== undefined) {
    const bucket = `${account}:device:${device}`
    // A copied device token must not lock out its user: beyond its own limit it counts as an unknown device.
    if ((await hit(bucket, 1)) === 0) return reset(bucket)
  }
  const [own, ...wider] = networksOf(ip)
  for (const { name, factor } of [own, ...(isFamiliar ? [] : wider)]) {
    const waitMs = await hit(`${account}:${name}`, factor)
    if (waitMs > 0) throw rateLimited(waitMs)
  }
  if (!isFamiliar && (await hit(`${account}:strangers`, strangersFactor)) > 0) await pace(counters, account)
  return reset(`${account}:${own.name}`)
}

/** @returns how long to wait; 0 below the limit. */
async function hitWindows(counters: Counters, bucket: string, limit: number): Promise<number> {
  for (const { factor, windowMs } of windows) {
    const { count, endsInMs } = await counters.increment(keyOf(bucket, windowMs), windowMs)
    if (count > limit * factor) return endsInMs
  }
  return 0
}

const keyOf = (bucket: string, windowMs: number) => `limit:passwordPerAccount:${bucket}:${windowMs}`

/** Hashed, since some users type their password into the field of the username. */
const hashOf = (username: string) => createHash('sha256').update(username).digest('base64url')
