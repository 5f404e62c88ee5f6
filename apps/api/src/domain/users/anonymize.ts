import type { Prisma, User } from '../../infra/database/generated/client.ts'

/** Leaves of a user that there was an account, and when it was registered. */
export async function emptyUser(
  transaction: Prisma.TransactionClient,
  { id, registeredAt }: Pick<User, 'id' | 'registeredAt'>,
): Promise<void> {
  await transaction.user.update({
    where: { id },
    data: {
      nickname: null,
      nicknameUnchecked: false,
      avatarKey: null,
      gender: null,
      birthday: null,
      phoneMasked: null,
      username: null,
      role: 'user',
      level: 0,
      status: 'deleted',
      bannedReason: null,
      bannedUntil: null,
      inviterId: null,
      lastLoginAt: registeredAt,
      lastLoginIp: nowhere,
    },
  })
}

/** No address, in columns that cannot be empty. */
export const nowhere = '0.0.0.0'
