import { createHash } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { networksOf, pace, refusal } from '../../infra/rate-limits/attempts.ts'
import type { Counters } from '../../infra/rate-limits/counters.ts'

/** A try to prove an account by its password. */
export type PasswordAttempt = {
  /** As it is stored, whether or not an account has it. */
  username: string
  ip: string
  /** The session of the user who is logged in. */
  session?: string | undefined
  /** A device on which the user has logged in. */
  device?: string | undefined
  /** The account has been used from this IP: what others try from elsewhere does not concern it. */
  isFamiliar: boolean
}

export type PasswordAttempts = {
  /**
   * Before a password is looked at.
   *
   * @returns what to call when it was right: what was mistyped from there before counts no more.
   * @throws ApiError `rate_limited`.
   */
  count(attempt: PasswordAttempt): Promise<() => Promise<void>>
}

/** Each window allows more than the one before and lasts much longer: so the wait grows with the failures. */
const windows = [
  { factor: 1, windowMs: 60_000 },
  { factor: 2, windowMs: 10 * 60_000 },
  { factor: 4, windowMs: 2 * 60 * 60_000 },
]

/** How many times as much all strangers together may try as one of them, before they take turns. */
const strangersFactor = 10

/**
 * Slows down who guesses passwords. A device of the user's has a bucket of its own, so guesses from elsewhere never keep it
 * out; on a new device in a new network the user may at worst have to wait for a turn among strangers.
 */
export function createPasswordAttempts(
  { passwordPerAccount }: Pick<Config['limits'], 'passwordPerAccount'>,
  counters: Counters,
): PasswordAttempts {
  /** @returns how long the wait is; 0 where there is room. */
  async function hit(bucket: string, factor: number): Promise<number> {
    for (const { factor: windowFactor, windowMs } of windows) {
      const { count, endsInMs } = await counters.hit(keyOf(bucket, windowMs), windowMs)
      if (count > passwordPerAccount * factor * windowFactor) return endsInMs
    }
    return 0
  }

  const reset = (bucket: string) => async () => {
    await counters.forget(windows.map(({ windowMs }) => keyOf(bucket, windowMs)))
  }

  return {
    async count({ username, ip, session, device, isFamiliar }) {
      if (passwordPerAccount === 0) return async () => {}
      const account = hashOf(username)
      if (session !== undefined) {
        const bucket = `${account}:session:${session}`
        const waitMs = await hit(bucket, 1)
        if (waitMs > 0) throw refusal(waitMs)
        return reset(bucket)
      }
      if (device !== undefined) {
        const bucket = `${account}:device:${device}`
        // A copied token must not keep its owner out: beyond its own count it counts as none.
        if ((await hit(bucket, 1)) === 0) return reset(bucket)
      }
      const [own, ...wider] = networksOf(ip)
      for (const { name, factor } of [own, ...(isFamiliar ? [] : wider)]) {
        const waitMs = await hit(`${account}:${name}`, factor)
        if (waitMs > 0) throw refusal(waitMs)
      }
      if (!isFamiliar && (await hit(`${account}:strangers`, strangersFactor)) > 0)
        await pace(counters, account)
      return reset(`${account}:${own.name}`)
    },
  }
}

const keyOf = (bucket: string, windowMs: number) => `limit:passwordPerAccount:${bucket}:${windowMs}`

/** A hash: some people type their password where the username belongs. */
const hashOf = (username: string) => createHash('sha256').update(username).digest('base64url')
