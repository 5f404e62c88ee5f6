import type { Key } from '../configuration/values.ts'
import { createDataCipher } from '../data-cipher.ts'
import type { Prisma } from '../database/generated/client.ts'
import { readPhone } from '../leaving/stored-phone.ts'
import { createLookupHash } from '../lookup-hash.ts'
import { contextOfNumber, lockOfNumber } from '../phone/phones.ts'
import type { Pair } from './join-accounts.ts'

export type MovePhone = {
  /** The advisory locks of the numbers of these users. */
  lockNamesOf(transaction: Prisma.TransactionClient, userIds: string[]): Promise<string[]>
  /**
   * Gives the phone number of the account that goes to the one that stays, unless that has one. A number that no key of
   * ours opens any more goes: nobody could read it.
   */
  move(transaction: Prisma.TransactionClient, pair: Pair): Promise<void>
}

/** @param keys DATA_KEYS. */
export function createMovePhone(keys: [Key, ...Key[]]): MovePhone {
  const cipher = createDataCipher(keys)
  const lookup = createLookupHash(keys, 'phone')
  return {
    async lockNamesOf(transaction, userIds) {
      const phones = await transaction.phone.findMany({ where: { userId: { in: userIds } } })
      return phones.flatMap((phone) => {
        const full = readPhone(cipher, phone)
        return full === null ? [] : [lockOfNumber({ full })]
      })
    },
    async move(transaction, { survivor, gone }) {
      const [phone, own] = await Promise.all(
        [gone, survivor].map(({ id }) => transaction.phone.findUnique({ where: { userId: id } })),
      )
      if (!phone) return
      await transaction.phone.delete({ where: { userId: gone.id } })
      const number = readPhone(cipher, phone)
      if (own || number === null) return

      const { bytes, keyId } = cipher.encrypt(number, contextOfNumber(survivor.id))
      const { hash } = lookup.hash(number)
      await transaction.phone.create({
        data: { userId: survivor.id, hash, numberEncrypted: bytes, keyId, boundAt: phone.boundAt },
      })
      const { phoneMasked } = gone
      await transaction.user.update({ where: { id: survivor.id }, data: { phoneMasked } })
    },
  }
}
