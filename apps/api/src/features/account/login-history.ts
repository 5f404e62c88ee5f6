import type { AuditEvent, Query, ResponseBody } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { type AuditEventType, toAuditEvent } from '../../domain/audit/audit-log.ts'
import type { AuditEvent as AuditEventRow } from '../../infra/database/generated/client.ts'
import { ApiError } from '../../utils/api-error.ts'

const pageSize = 50

/** The two kinds have pages of their own: rejected logins, which anyone can cause, never hide changes. */
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

/** After every id. */
const endOfIds = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** The entries of the audit log that the user may see. */
export async function getLoginHistory(
  context: Pick<AppContext, 'database'>,
  userId: string,
  { kind, before }: Query<'GET /v1/me/login-history'>,
): Promise<ResponseBody<'GET /v1/me/login-history'>> {
  if (before !== undefined && kind === undefined)
    throw new ApiError('invalid_request', { detail: 'query/before needs query/kind' })
  const read = (each: Kind) =>
    kind === undefined || kind === each ? readPage(context, userId, each, before) : emptyPage
  const [logins, changes] = await Promise.all([read('logins'), read('changes')])
  const events = [...logins.events, ...changes.events].sort((one, other) => (one.id < other.id ? 1 : -1))
  return { events, nextLogins: logins.next, nextChanges: changes.next }
}

type Page = { events: AuditEvent[]; next: string | null }
const emptyPage: Page = { events: [], next: null }

/** Reads a range of the index for each type, and no more than a page of it. */
async function readPage(
  { database: { query } }: Pick<AppContext, 'database'>,
  userId: string,
  kind: Kind,
  before = endOfIds,
): Promise<Page> {
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

/** The IP of an admin action is the admin's. */
const toOwnEvent = (event: AuditEventRow): AuditEvent =>
  toAuditEvent(event.actorId === null ? event : { ...event, ip: null })
