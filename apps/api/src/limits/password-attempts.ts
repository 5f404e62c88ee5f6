import { createHash } from 'node:crypto'
import { normalizeIP } from '@fastify/rate-limit'
import type { Config } from '../config.ts'
import type { Counters } from './counters.ts'
import { refusal } from './limits.ts'

/** Somebody who tries a password. */
export type PasswordAttempt = {
  /** As it is stored, whether or not anybody has it. */
  username: string
  /** Where the try comes from: an address, or the session of somebody who is logged in. */
  from: { ip: string } | { sessionId: string }
  /** The account has been used from there: what others try from elsewhere does not concern it. */
  isFamiliar: boolean
}

export type PasswordAttempts = {
  /**
   * Before a password is looked at.
   *
   * @throws ApiError `rate_limited`.
   */
  count(attempt: PasswordAttempt): Promise<void>
  /** It was right: what was mistyped from there before counts no more. */
  succeeded(attempt: PasswordAttempt): Promise<void>
}

/** Each window allows more than the one before and lasts much longer: so the wait grows with the failures. */
const windows = [
  { factor: 1, windowMs: 60_000 },
  { factor: 2, windowMs: 10 * 60_000 },
  { factor: 4, windowMs: 2 * 60 * 60_000 },
]

/** How many times as much all strangers together may try as one of them. */
const strangersFactor = 10

/** Slows down who guesses passwords, and nobody else: the owner of an account cannot be locked out of where they are. */
export function createPasswordAttempts(
  { passwordPerAccount }: Pick<Config['limits'], 'passwordPerAccount'>,
  counters: Counters,
): PasswordAttempts {
  async function hit(bucket: string, limit: number): Promise<void> {
    for (const { factor, windowMs } of windows) {
      const { count, endsInMs } = await counters.hit(keyOf(bucket, windowMs), windowMs)
      if (count > limit * factor) throw refusal(endsInMs)
    }
  }

  return {
    async count(attempt) {
      if (passwordPerAccount === 0) return
      await hit(ownBucket(attempt), passwordPerAccount)
      if (!attempt.isFamiliar) await hit(strangersBucket(attempt), passwordPerAccount * strangersFactor)
    },
    async succeeded(attempt) {
      await counters.forget(windows.map(({ windowMs }) => keyOf(ownBucket(attempt), windowMs)))
    },
  }
}

const keyOf = (bucket: string, windowMs: number) => `limit:passwordPerAccount:${bucket}:${windowMs}`

const ownBucket = (attempt: PasswordAttempt) => {
  const { from } = attempt
  return `${accountOf(attempt)}:${'ip' in from ? normalizeIP(from.ip) : from.sessionId}`
}
const strangersBucket = (attempt: PasswordAttempt) => `${accountOf(attempt)}:strangers`

/** A hash: some people type their password where the username belongs. */
const accountOf = ({ username }: PasswordAttempt) => createHash('sha256').update(username).digest('base64url')
