import type { RevokedReason } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'

/** Whether a session has ended, and why. */
export type EndedSession = { revoked_at: Date | null; revoked_reason: RevokedReason | null }

/**
 * A session that ended because a refresh token was copied says so to both holders: the user learns it by their next
 * request, whichever of the two presented the copy.
 *
 * @throws ApiError `session_revoked`, `refresh_token_reused`.
 */
export function assertNotEnded({ revoked_at, revoked_reason }: EndedSession): void {
  if (revoked_at === null) return
  throw new ApiError(revoked_reason === 'refresh_token_reused' ? revoked_reason : 'session_revoked')
}
