import type { FastifyBaseLogger } from 'fastify'
import type { Key } from '../config/values.ts'
import { createStoredNumbers } from '../domain/phones/phone-encryption.ts'
import type { Database } from '../infra/database/client.ts'
import { startRounds } from './periodic-task.ts'

export type PhoneKeyRotation = {
  /**
   * Puts every number under the first key that another key of ours opens, and resolves with how many there were. Ends
   * early where another instance is at it.
   */
  round(): Promise<number>
  /** Begins no other batch, and waits for the one that is under way. */
  close(): Promise<void>
}

type PhoneRow = { user_id: string; number_encrypted: Uint8Array<ArrayBuffer>; key_id: string }

/** Small: PGlite has one connection for everything. */
const batchSize = 100
/** Before every id. */
const start = '00000000-0000-0000-0000-000000000000'

/**
 * Encrypts and hashes phone numbers anew after a rotation of DATA_KEYS, in the background: nobody logs in with a number
 * often enough to wait for that. Again and again, since instances with the keys as they were may add numbers under an
 * old one. With a single key there is nothing to do, and nothing is asked.
 */
export function startPhoneKeyRotation({
  database: { prisma },
  dataKeys,
  log,
}: {
  database: Database
  dataKeys: [Key, ...Key[]]
  log: FastifyBaseLogger
}): PhoneKeyRotation {
  const storedNumbers = createStoredNumbers(dataKeys)
  const oldKeyIds = dataKeys.slice(1).map(({ id }) => id)
  const rounds = startRounds(loggedRound)

  async function loggedRound(): Promise<void> {
    try {
      const phones = await round()
      if (phones > 0) log.info({ phones }, 'phone numbers were put under the first of DATA_KEYS')
    } catch (error) {
      log.error({ err: error }, 'phone numbers could not be put under the first of DATA_KEYS')
    }
  }

  async function round(): Promise<number> {
    if (oldKeyIds.length === 0) return 0
    let rotated = 0
    for (let after: string | null = start; after !== null && !rounds.isEnding(); ) {
      const batch = await rotateBatch(after)
      rotated += batch.rotated
      after = batch.last
      if (after !== null) await rounds.pause()
    }
    return rotated
  }

  /** `last`: where the next batch begins; `null` after the last, or while another instance is at it. */
  async function rotateBatch(after: string): Promise<{ rotated: number; last: string | null }> {
    return prisma.$transaction(async (transaction) => {
      const [lock] = await transaction.$queryRaw<{ ours: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended('phone key rotation', 0)) AS ours`
      if (!lock?.ours) return { rotated: 0, last: null }
      // A number that is being changed right now gets the first key by itself.
      const phones = await transaction.$queryRaw<PhoneRow[]>`
        SELECT user_id, number_encrypted, key_id FROM phones
        WHERE key_id = ANY(${oldKeyIds}) AND user_id > ${after}::uuid
        ORDER BY user_id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`
      let rotated = 0
      for (const { user_id: userId, number_encrypted: numberEncrypted, key_id: keyId } of phones) {
        const number = storedNumbers.read({ userId, numberEncrypted, keyId })
        if (number === null) {
          log.error({ userId }, 'a phone number cannot be decrypted, and stays as it is')
          continue
        }
        await transaction.phone.update({ where: { userId }, data: storedNumbers.store(userId, number) })
        rotated += 1
      }
      return { rotated, last: phones.length < batchSize ? null : (phones.at(-1)?.user_id ?? null) }
    })
  }

  return { round, close: rounds.close }
}
