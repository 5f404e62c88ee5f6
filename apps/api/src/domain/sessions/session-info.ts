import type { SessionInfo } from '@repo/shared'
import type { Session } from '../../infra/database/generated/client.ts'
import { maskIp } from '../../utils/mask-ip.ts'

/** A condition for Prisma. */
export const activeSessionsOf = (userId: string) => ({
  userId,
  revokedAt: null,
  expiresAt: { gt: new Date() },
})

/** @param currentId the session of the request; none for an admin. */
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
