import type { Prisma, User } from '../../infra/database/generated/client.ts'
import type { PhoneEncryption } from './phone-encryption.ts'

/**
 * Gives the phone number of the account that ends to the one that stays, unless that has one. A number that no configured
 * key decrypts is deleted: it could not be read any more.
 */
export async function movePhone(
  transaction: Prisma.TransactionClient,
  { target, source }: { target: User; source: User },
  phoneEncryption: PhoneEncryption,
): Promise<void> {
  const [phone, own] = await Promise.all(
    [source, target].map(({ id }) => transaction.phone.findUnique({ where: { userId: id } })),
  )
  if (!phone) return
  await transaction.phone.delete({ where: { userId: source.id } })
  const number = phoneEncryption.decrypt(phone)
  if (own || number === null) return

  const { appId, boundAt, verifiedAt } = phone
  const { phoneMasked } = source
  await transaction.phone.create({
    data: { userId: target.id, appId, ...phoneEncryption.encrypt(target.id, number), boundAt, verifiedAt },
  })
  await transaction.user.update({ where: { id: target.id }, data: { phoneMasked } })
}
