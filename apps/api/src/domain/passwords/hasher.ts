import { hash, parseOptions, verify } from '@node-rs/argon2'
import type { Config } from '../../config/config.ts'
import { createConcurrencyLimiter } from '../../utils/concurrency-limiter.ts'

/** Hashes passwords by argon2id. */
export type PasswordHasher = {
  /** @returns the hash with its salt and parameters, in the PHC string format. */
  hash(password: string): Promise<string>
  /** @param stored `null` without such an account: takes as long as a wrong password does. */
  verify(stored: string | null, password: string): Promise<boolean>
  /** Whether the hash was made with other parameters than those configured now. */
  isOutdated(stored: string): boolean
}

/** Each takes its memory and one of the four threads of libuv, which also resolve host names and read files. */
const concurrency = 2
/** About two seconds' worth of work. */
const maximumWaiting = 100

/** Both `hash` and `verify` throw ApiError `rate_limited` when too many wait already. */
export function createPasswordHasher({ memoryKib, passes }: Config['passwordHash']): PasswordHasher {
  const options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  const queue = createConcurrencyLimiter({ concurrency: concurrency, maximumWaiting })
  // Keyboards compose the same characters in different ways.
  const hashOf = (password: string) => queue(() => hash(password.normalize('NFKC'), options))
  let dummyHash: Promise<string> | undefined

  return {
    hash: hashOf,
    async verify(stored, password) {
      dummyHash ??= hash('the password of no user', options)
      const reference = stored ?? (await dummyHash)
      const isRight = await queue(() => verify(reference, password.normalize('NFKC')))
      return isRight && stored !== null
    },
    isOutdated(stored) {
      const { memoryCost, timeCost } = parseOptions(stored)
      return memoryCost !== memoryKib || timeCost !== passes
    },
  }
}
