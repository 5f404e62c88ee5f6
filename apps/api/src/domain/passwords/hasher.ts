import { hash, parseOptions, verify } from '@node-rs/argon2'
import type { Config } from '../../config/config.ts'
import { createQueue } from '../../utils/concurrency-limiter.ts'

/** Hashes passwords by argon2id. */
export type PasswordHasher = {
  /** @returns the hash with its salt and parameters, in the PHC string format. */
  hash(password: string): Promise<string>
  /** @param stored `null` where there is no such account: that takes as long as a wrong password. */
  verify(stored: string | null, password: string): Promise<boolean>
  /** Whether other parameters are configured now than those of a stored hash. */
  isOutdated(stored: string): boolean
}

/** Each takes its memory and one of the four threads that also look up names and read files. */
const atOnce = 2
/** About two seconds' worth of work. */
const maximumWaiting = 100

/** @throws ApiError `rate_limited`, from both functions that hash, when too many wait already. */
export function createPasswordHasher({ memoryKib, passes }: Config['passwordHash']): PasswordHasher {
  const options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  const queue = createQueue({ atOnce, maximumWaiting })
  // The same characters, however a keyboard composes them.
  const hashOf = (password: string) => queue(() => hash(password.normalize('NFKC'), options))
  let nobodys: Promise<string> | undefined

  return {
    hash: hashOf,
    async verify(stored, password) {
      nobodys ??= hash('nobody has this password', options)
      const reference = stored ?? (await nobodys)
      const isRight = await queue(() => verify(reference, password.normalize('NFKC')))
      return isRight && stored !== null
    },
    isOutdated(stored) {
      const { memoryCost, timeCost } = parseOptions(stored)
      return memoryCost !== memoryKib || timeCost !== passes
    },
  }
}
