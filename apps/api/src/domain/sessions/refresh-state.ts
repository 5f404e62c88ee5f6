import { Prisma } from '../../infra/database/generated/client.ts'
import type { Query } from '../../infra/database/query.ts'
import type { RefreshState } from './refresh-rule.ts'

/** The columns of `sessions` that `refresh-rule.ts` reads. */
export const refreshStateColumns = Prisma.sql`refresh_counter, reissued_counter, refreshed_at, host(ip) AS ip, repeats,
  repeated_at, used_at, used_repeat, used_issued_at, previous_used_repeat, previous_used_issued_at, raced_at,
  raced_counter`

/** The assignments of a refresh that rotates the token. */
export const rotatedRefreshState = Prisma.sql`refresh_counter = refresh_counter + 1, repeats = 0, repeated_at = NULL,
  previous_used_repeat = used_repeat, previous_used_issued_at = used_issued_at,
  used_at = NULL, used_repeat = NULL, used_issued_at = NULL`

/** Stores the verdict of the rule. The caller has locked the session. */
export async function storeRefreshState(
  query: Query,
  sessionId: string,
  state: RefreshState,
  changes: Partial<RefreshState>,
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  const next = { ...state, ...changes }
  await query`
    UPDATE sessions SET repeats = ${next.repeats}, repeated_at = ${next.repeated_at}, used_at = ${next.used_at},
      used_repeat = ${next.used_repeat}, used_issued_at = ${next.used_issued_at},
      previous_used_repeat = ${next.previous_used_repeat},
      previous_used_issued_at = ${next.previous_used_issued_at},
      raced_at = ${next.raced_at}, raced_counter = ${next.raced_counter}
    WHERE id = ${sessionId}::uuid`
}
