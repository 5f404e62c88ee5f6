import type { AuditEvent, Query as QueryOf, ResponseBody } from '@repo/shared'
import type { AuditEventType } from '../../domain/audit/audit-log.ts'
import type { Database } from '../../infra/database/client.ts'
import type { AuditEvent as AuditEventRow } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'
import { toAuditEvent } from './session-list.ts'

/** What a user can see of what happened to their account, without what others did elsewhere. */
export type LoginHistory = (
  userId: string,
  page: QueryOf<'GET /v1/me/login-history'>,
) => Promise<ResponseBody<'GET /v1/me/login-history'>>

const pageSize = 50

/** Two kinds that page apart: logins, of which anybody can cause many, never push changes out of sight. */
const types = {
  logins: [
    'login',
    'login_rejected',
    'refresh_token_repeated',
    'refresh_token_reused',
    'proof_rejected',
    'session_revoked',
  ],
  changes: [
    'phone_bound',
    'phone_removed',
    'wechat_bound',
    'wechat_unbound',
    'password_changed',
    'accounts_merged',
  ],
} as const satisfies Record<string, AuditEventType[]>
type Kind = keyof typeof types

/** Above every id. */
const endOfIds = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export function createLoginHistory({ query }: Pick<Database, 'query'>): LoginHistory {
  /** Of each type a range of the index, and no more than a page of it. */
  async function read(userId: string, kind: Kind, before = endOfIds) {
    const rows = await query<AuditEventRow>`
      SELECT id, type, at, user_id AS "userId", actor_id AS "actorId", session_id AS "sessionId", ip, app_id AS "appId",
        code, data
      FROM unnest(${types[kind]}::text[]) AS wanted(wanted_type) CROSS JOIN LATERAL (
        SELECT * FROM audit_events
        WHERE user_id = ${userId}::uuid AND type = wanted_type AND id < ${before}::uuid
        ORDER BY id DESC LIMIT ${pageSize + 1}) AS events
      ORDER BY id DESC LIMIT ${pageSize + 1}`
    const page = rows.slice(0, pageSize)
    return { events: page.map(toOwnEvent), next: rows.length > pageSize ? (page.at(-1)?.id ?? null) : null }
  }

  const nothing = async () => ({ events: [], next: null })

  return async (userId, { kind, before }) => {
    if (before !== undefined && kind === undefined)
      throw new ApiError('invalid_request', { detail: 'query/before needs query/kind' })
    const [logins, changes] = await Promise.all(
      (['logins', 'changes'] as const).map((each) =>
        kind === undefined || kind === each ? read(userId, each, before) : nothing(),
      ) as [ReturnType<typeof read>, ReturnType<typeof read>],
    )
    const events = [...logins.events, ...changes.events].sort((one, other) => (one.id < other.id ? 1 : -1))
    return { events, nextLogins: logins.next, nextChanges: changes.next }
  }
}

/** Where an admin did it, the IP is the admin's. */
const toOwnEvent = (event: AuditEventRow): AuditEvent =>
  toAuditEvent(event.actorId === null ? event : { ...event, ip: null })
