import { hash, verify } from '@node-rs/argon2'

/** Hashes passwords by argon2id. */
export type PasswordHasher = {
  /** @returns the hash with its salt and parameters, in the PHC string format. */
  hash(password: string): Promise<string>
  /** @param stored `null` where there is no such account: that takes as long as a wrong password. */
  verify(stored: string | null, password: string): Promise<boolean>
}

export function createPasswordHasher(): PasswordHasher {
  let nobodys: Promise<string> | undefined
  return {
    hash: (password) => hash(password.normalize('NFKC')),
    async verify(stored, password) {
      nobodys ??= hash('nobody has this password')
      const isRight = await verify(stored ?? (await nobodys), password.normalize('NFKC'))
      return isRight && stored !== null
    },
  }
}
