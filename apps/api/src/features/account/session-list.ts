import type { AuditEvent, SessionInfo } from '@repo/shared'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { Revoke } from '../../domain/sessions/revoker.ts'
import type { Database } from '../../infra/database/client.ts'
import type { AuditEvent as AuditEventRow, Session } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import { maskIp } from '../../utils/mask-ip.ts'

/** What a person can see of their own sessions, and end. */
export type Devices = {
  list(claims: Claims): Promise<SessionInfo[]>
  /** @throws ApiError `not_found` when the person has no such session that is alive. */
  remove(claims: Claims, sessionId: string, ip: string): Promise<void>
}

export function createDevices({
  database: { prisma },
  revoke,
}: {
  database: Database
  revoke: Revoke
}): Devices {
  return {
    async list({ sub: userId, sid }) {
      const sessions = await prisma.session.findMany({
        where: livingSessionsOf(userId),
        orderBy: { refreshedAt: 'desc' },
      })
      return sessions.map((session) => toSessionInfo(session, sid))
    },
    async remove({ sub: userId, sid }, sessionId, ip) {
      const wasAlive =
        sessionId === sid
          ? await revoke.logout(sid, { ip })
          : (await revoke.sessions(userId, [sessionId], 'device_removed', { ip })) > 0
      if (!wasAlive) throw new ApiError('not_found')
    },
  }
}

export const livingSessionsOf = (userId: string) => ({
  userId,
  revokedAt: null,
  expiresAt: { gt: new Date() },
})

/** @param currentId the session that asks; none for an admin. */
export function toSessionInfo(session: Session, currentId?: string): SessionInfo {
  return {
    id: session.id,
    deviceModel: session.deviceModel,
    deviceSystem: session.deviceSystem,
    ipMasked: maskIp(session.ip),
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.refreshedAt.toISOString(),
    isCurrent: session.id === currentId,
  }
}

export function toAuditEvent(event: AuditEventRow): AuditEvent {
  const { reason } = (event.data ?? {}) as { reason?: unknown }
  return {
    id: event.id,
    type: event.type as AuditEvent['type'],
    at: event.at.toISOString(),
    sessionId: event.sessionId,
    ipMasked: event.ip === null ? null : maskIp(event.ip),
    appId: event.appId,
    code: event.code,
    reason: typeof reason === 'string' ? reason : null,
  }
}
