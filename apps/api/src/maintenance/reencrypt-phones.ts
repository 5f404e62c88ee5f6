import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config/config.ts'
import { createPhoneEncryption } from '../domain/phones/phone-encryption.ts'
import type { Database } from '../infra/database/client.ts'
import type { Phone } from '../infra/database/generated/client.ts'
import type { Row } from '../infra/database/row.ts'
import { firstId } from '../utils/first-id.ts'
import { startPeriodicTask } from './periodic-task.ts'

export type PhoneReencryption = {
  /**
   * Re-encrypts every number under the first key that another configured key can decrypt, and resolves with how many
   * there were. Stops early where another instance is doing the same.
   */
  runOnce(): Promise<number>
  /** Starts no other batch, and waits for the current one. */
  close(): Promise<void>
}

type PhoneRow = Pick<Row<Phone>, 'user_id' | 'number_encrypted' | 'key_id'>

/** Small: PGlite has one connection for everything. */
const batchSize = 100

/**
 * Encrypts and hashes phone numbers anew after a rotation of DATA_KEYS, in the background. It repeats, since instances
 * that still have the keys of before may add numbers under an old one. With a single key it does nothing.
 */
export function startPhoneReencryption({
  database: { prisma },
  config: { dataKeys },
  log,
}: {
  database: Database
  config: Pick<Config, 'dataKeys'>
  log: FastifyBaseLogger
}): PhoneReencryption {
  const phoneEncryption = createPhoneEncryption(dataKeys)
  const oldKeyIds = dataKeys.slice(1).map(({ id }) => id)
  const task = startPeriodicTask(runAndLog)

  async function runAndLog(): Promise<void> {
    try {
      const phones = await runOnce()
      if (phones > 0) log.info({ phones }, 'phone numbers were put under the first of DATA_KEYS')
    } catch (error) {
      log.error({ err: error }, 'phone numbers could not be put under the first of DATA_KEYS')
    }
  }

  async function runOnce(): Promise<number> {
    if (oldKeyIds.length === 0) return 0
    let total = 0
    for (let after: string | null = firstId; after !== null && !task.isStopping(); ) {
      const batch = await reencryptBatch(after)
      total += batch.reencrypted
      after = batch.last
      if (after !== null) await task.pause()
    }
    return total
  }

  /** `last`: where the next batch starts; `null` after the last one, or while another instance holds the lock. */
  async function reencryptBatch(after: string): Promise<{ reencrypted: number; last: string | null }> {
    return prisma.$transaction(async (transaction) => {
      const [lock] = await transaction.$queryRaw<{ acquired: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended('phone key rotation', 0)) AS acquired`
      if (!lock?.acquired) return { reencrypted: 0, last: null }
      // A locked row is being changed, and gets the first key by that.
      const phones = await transaction.$queryRaw<PhoneRow[]>`
        SELECT user_id, number_encrypted, key_id FROM phones
        WHERE key_id = ANY(${oldKeyIds}) AND user_id > ${after}::uuid
        ORDER BY user_id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`
      let reencrypted = 0
      for (const { user_id: userId, number_encrypted: numberEncrypted, key_id: keyId } of phones) {
        const number = phoneEncryption.decrypt({ userId, numberEncrypted, keyId })
        if (number === null) {
          log.error({ userId }, 'a phone number cannot be decrypted, and stays as it is')
          continue
        }
        await transaction.phone.update({ where: { userId }, data: phoneEncryption.encrypt(userId, number) })
        reencrypted += 1
      }
      return { reencrypted, last: phones.length < batchSize ? null : (phones.at(-1)?.user_id ?? null) }
    })
  }

  return { runOnce, close: task.close }
}
