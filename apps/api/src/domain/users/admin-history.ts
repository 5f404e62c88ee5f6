import type { Prisma } from '../../infra/database/generated/client.ts'

/** Whether the audit log can have acts of this user: they are found by reading all of it, which nobody else costs. */
export async function wasEverAdmin(
  { user, auditEvent }: Pick<Prisma.TransactionClient, 'user' | 'auditEvent'>,
  userId: string,
): Promise<boolean> {
  const [admins, changes] = [
    await user.count({ where: { id: userId, role: 'admin' } }),
    await auditEvent.count({ where: { userId, type: 'role_changed' } }),
  ]
  return admins + changes > 0
}
