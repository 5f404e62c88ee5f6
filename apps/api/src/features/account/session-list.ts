import type { Proof, SessionInfo } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { activeSessionsOf, toSessionInfo } from '../../domain/sessions/session-info.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

export async function listSessions(
  { database: { prisma } }: Pick<AppContext, 'database'>,
  { sub: userId, sid }: Claims,
): Promise<SessionInfo[]> {
  const sessions = await prisma.session.findMany({
    where: activeSessionsOf(userId),
    orderBy: { refreshedAt: 'desc' },
  })
  return sessions.map((session) => toSessionInfo(session, sid))
}

/** @throws ApiError `not_found` when the caller has no such active session. */
export async function revokeSession(
  { ownership, revoker }: Pick<AppContext, 'ownership' | 'revoker'>,
  { sub: userId, sid }: Claims,
  sessionId: string,
  proof: Proof,
  { ip, log }: RequestContext,
): Promise<void> {
  const operation = 'POST /v1/me/sessions/:id/revoke'
  await ownership.verify(userId, proof, { operation, sessionId: sid, ip, log })
  const wasActive =
    sessionId === sid
      ? await revoker.logout(sid, { ip })
      : (await revoker.revokeSessions(userId, [sessionId], 'device_removed', { ip })) > 0
  if (!wasActive) throw new ApiError('not_found')
}
