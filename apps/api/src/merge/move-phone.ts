import type { Key } from '../configuration/values.ts'
import { createDataCipher } from '../data-cipher.ts'
import type { Prisma } from '../database/generated/client.ts'
import { createLookupHash } from '../lookup-hash.ts'
import { contextOfNumber } from '../phone/phones.ts'
import type { Pair } from './join-accounts.ts'

/**
 * Gives the phone number of the account that goes to the one that stays, unless that has one. A number that no key of
 * ours opens any more goes: nobody could read it.
 */
export type MovePhone = (transaction: Prisma.TransactionClient, pair: Pair) => Promise<void>

/** @param keys DATA_KEYS. */
export function createMovePhone(keys: [Key, ...Key[]]): MovePhone {
  const cipher = createDataCipher(keys)
  const lookup = createLookupHash(keys, 'phone')
  return async (transaction, { survivor, gone }) => {
    const [phone, own] = await Promise.all(
      [gone, survivor].map(({ id }) => transaction.phone.findUnique({ where: { userId: id } })),
    )
    if (!phone) return
    await transaction.phone.delete({ where: { userId: gone.id } })
    const encrypted = { bytes: phone.numberEncrypted, keyId: phone.keyId }
    const number = cipher.decrypt(encrypted, contextOfNumber(gone.id))
    if (own || number === null) return

    const { bytes, keyId } = cipher.encrypt(number, contextOfNumber(survivor.id))
    const { hash } = lookup.hash(number)
    await transaction.phone.create({
      data: { userId: survivor.id, hash, numberEncrypted: bytes, keyId, boundAt: phone.boundAt },
    })
    const { phoneMasked } = gone
    await transaction.user.update({ where: { id: survivor.id }, data: { phoneMasked } })
  }
}
