import type { Prisma } from '../../infra/database/generated/client.ts'

/** Whether the audit log can have actions of this user as an admin. Nearly no user has any, so most deletions skip them. */
export async function hasAdminHistory(
  { user, auditEvent }: Pick<Prisma.TransactionClient, 'user' | 'auditEvent'>,
  userId: string,
): Promise<boolean> {
  const [admins, changes] = [
    await user.count({ where: { id: userId, role: 'admin' } }),
    await auditEvent.count({ where: { userId, type: 'role_changed' } }),
  ]
  return admins + changes > 0
}
