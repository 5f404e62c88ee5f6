import { lockNames } from '../infra/database/advisory-locks.ts'
import type { Prisma } from '../infra/database/generated/client.ts'
import { queryIn } from '../infra/database/query.ts'
import { lockNamesOf } from './identities/wechat-identity.ts'
import type { StoredNumbers } from './phones/phone-encryption.ts'
import { lockOfNumber } from './phones/phones.ts'

/**
 * For accounts that are about to end: whoever joins one of them by its WeChat identities or its phone number at this
 * moment waits until the transaction ends, and sees what it left. To be followed by the locks of the users.
 */
export async function lockEntrances(
  transaction: Prisma.TransactionClient,
  userIds: string[],
  storedNumbers: StoredNumbers,
): Promise<void> {
  const where = { userId: { in: userIds } }
  const identities = await transaction.wechatIdentity.findMany({ where })
  const phones = await transaction.phone.findMany({ where })
  const numbers = phones.map(storedNumbers.read).filter((number) => number !== null)
  await lockNames(queryIn(transaction), [...identities.flatMap(lockNamesOf), ...numbers.map(lockOfNumber)])
}
