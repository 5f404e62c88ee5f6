import type { StoredNumbers } from '../../domain/phones/phone-encryption.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import type { Pair } from './merge-accounts.ts'

/**
 * Gives the phone number of the account that goes to the one that stays, unless that has one. A number that no key of
 * ours opens any more goes: nobody could read it.
 */
export async function movePhone(
  transaction: Prisma.TransactionClient,
  { survivor, gone }: Pair,
  storedNumbers: StoredNumbers,
): Promise<void> {
  const [phone, own] = await Promise.all(
    [gone, survivor].map(({ id }) => transaction.phone.findUnique({ where: { userId: id } })),
  )
  if (!phone) return
  await transaction.phone.delete({ where: { userId: gone.id } })
  const number = storedNumbers.read(phone)
  if (own || number === null) return

  const { boundAt, verifiedAt } = phone
  const { phoneMasked } = gone
  await transaction.phone.create({
    data: { userId: survivor.id, ...storedNumbers.store(survivor.id, number), boundAt, verifiedAt },
  })
  await transaction.user.update({ where: { id: survivor.id }, data: { phoneMasked } })
}
