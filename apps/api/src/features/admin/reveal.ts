import type { RevealedData } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { activeSessionsOf } from '../../domain/sessions/session-info.ts'
import { ApiError } from '../../utils/api-error.ts'
import { lockForAudit, type Reader } from './audit-read.ts'
import { eventCount } from './users.ts'

/** What the details of a user show masked. Audited before anything is read, each time. */
export async function revealUser(
  { database, phoneEncryption }: Pick<AppContext, 'database' | 'phoneEncryption'>,
  userId: string,
  { actorId, ip, reason }: Required<Reader>,
): Promise<RevealedData> {
  await database.transaction(async (query) => {
    const present = await lockForAudit(query, { actorId, userIds: [userId] })
    if (!present.includes(userId)) throw new ApiError('not_found')
    await appendAuditEntry(query, { type: 'personal_data_revealed', userId, actorId, ip, data: { reason } })
  })
  const { prisma } = database
  const [user, phone, sessions, events] = await Promise.all([
    prisma.user.findUnique({ where: { id: userId }, select: { lastLoginIp: true } }),
    prisma.phone.findUnique({ where: { userId } }),
    prisma.session.findMany({ where: activeSessionsOf(userId), orderBy: { refreshedAt: 'desc' } }),
    prisma.auditEvent.findMany({ where: { userId }, orderBy: { id: 'desc' }, take: eventCount }),
  ])
  if (!user) throw new ApiError('not_found')
  return {
    phone: phone && phoneEncryption.decrypt(phone),
    lastLoginIp: user.lastLoginIp,
    sessions: sessions.map((session) => ({ id: session.id, ip: session.ip })),
    // The IP of an admin is the admin's.
    events: events.flatMap((event) =>
      event.ip === null || event.actorId !== null ? [] : [{ id: event.id, ip: event.ip }],
    ),
  }
}
