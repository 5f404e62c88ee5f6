import { Prisma } from '../../infra/database/generated/client.ts'

/**
 * The inviter of a user who is inserted, in SQL: `NULL` where the id names no account. Never an error, which would tell a
 * stranger which ids exist.
 */
export const existingInviter = (inviterId: string | undefined) =>
  Prisma.sql`(SELECT id FROM users WHERE id = ${inviterId}::uuid AND status <> 'deleted')`
