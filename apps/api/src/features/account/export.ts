import type { AccountExport } from '@repo/shared'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockOwnUser } from '../../domain/locks.ts'
import type { StoredNumbers } from '../../domain/phones/phone-encryption.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { wasEverAdmin } from '../../domain/users/admin-history.ts'
import { fileUrl, type ToUser, type UserRow } from '../../domain/users/user.ts'
import { ApiError } from '../../http/errors.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { Database } from '../../infra/database/client.ts'
import type { AuditEvent, Session } from '../../infra/database/generated/client.ts'

/**
 * Everything that is kept about a person, as the text of an `AccountExport` in pieces: it is read page by page while
 * it is sent, so that its size costs no memory. Secrets are not in it: no session_key, no hash of a password.
 *
 * @throws ApiError `session_revoked` when the user is gone, `account_banned`, `rate_limited`; before the first piece.
 */
export type ExportAccount = (claims: Claims, ip: string) => Promise<AsyncIterable<string>>

/** How many rows are read at once. */
const pageSize = 500

export function createExportAccount({
  database: { prisma, query, transaction },
  storedNumbers,
  limits,
  toUser,
  publicUrl,
}: {
  database: Database
  storedNumbers: StoredNumbers
  limits: PersonLimits
  toUser: ToUser
  publicUrl: string
}): ExportAccount {
  async function readUser(userId: string): Promise<AccountExport['user']> {
    const [row] = await query<UserRow & { last_login_ip: string; living_inviter_id: string | null }>`
      SELECT users.*, inviter.id AS living_inviter_id
      FROM users LEFT JOIN users AS inviter ON inviter.id = users.inviter_id AND inviter.status <> 'deleted'
      WHERE users.id = ${userId}::uuid AND users.status <> 'deleted'`
    if (!row) throw new ApiError('session_revoked')
    const [phone, passwords] = await Promise.all([
      prisma.phone.findUnique({ where: { userId } }),
      prisma.password.count({ where: { userId } }),
    ])
    return {
      ...toUser(row),
      lastLoginIp: row.last_login_ip,
      hasPassword: passwords > 0,
      phone: phone && storedNumbers.read(phone),
      phoneBoundAt: phone?.boundAt.toISOString() ?? null,
      bannedReason: row.banned_reason,
      bannedUntil: row.banned_until?.toISOString() ?? null,
      inviterId: row.living_inviter_id,
    }
  }

  async function readIdentities(userId: string): Promise<AccountExport['wechatIdentities']> {
    const identities = await prisma.wechatIdentity.findMany({
      where: { userId },
      select: { appId: true, openid: true, unionid: true, createdAt: true, sessionKeyUpdatedAt: true },
    })
    return identities.map(({ createdAt, sessionKeyUpdatedAt, ...identity }) => ({
      ...identity,
      createdAt: createdAt.toISOString(),
      sessionKeyUpdatedAt: sessionKeyUpdatedAt.toISOString(),
    }))
  }

  async function readAvatarChecks(userId: string): Promise<AccountExport['avatarChecks']> {
    const checks = await prisma.avatarCheck.findMany({ where: { userId } })
    return checks.map(({ appId, avatarKey, askedAt }) => ({
      appId,
      avatarUrl: fileUrl(publicUrl, avatarKey),
      askedAt: askedAt.toISOString(),
    }))
  }

  async function* write(userId: string, wasAdmin: boolean, head: object): AsyncGenerator<string> {
    yield JSON.stringify(head).slice(0, -1)
    const invited = { inviterId: userId, status: { not: 'deleted' } } as const
    yield* list(
      'invitedIds',
      ({ id }) => id,
      (page) => prisma.user.findMany({ ...page, where: { ...page.where, ...invited }, select: { id: true } }),
    )
    yield* list('sessions', toExportedSession, (page) =>
      prisma.session.findMany({ ...page, where: { ...page.where, userId } }),
    )
    yield* list('auditEvents', toExportedEvent, (page) =>
      prisma.auditEvent.findMany({ ...page, where: { ...page.where, userId } }),
    )
    yield* list('adminActions', toExportedAct, async (page) =>
      wasAdmin ? prisma.auditEvent.findMany({ ...page, where: { ...page.where, actorId: userId } }) : [],
    )
    yield '}'
  }

  return async ({ sub: userId }, ip) => {
    await limits.export(userId)
    const [user, wechatIdentities, avatarChecks, wasAdmin] = await Promise.all([
      readUser(userId),
      readIdentities(userId),
      readAvatarChecks(userId),
      wasEverAdmin(prisma, userId),
    ])
    await transaction(async (query) => {
      // An deletion that came meanwhile would not find the address of this entry.
      await lockOwnUser(query, userId)
      await appendAuditEntry(query, { type: 'data_exported', userId, ip })
    })
    return write(userId, wasAdmin, {
      exportedAt: new Date().toISOString(),
      user,
      wechatIdentities,
      avatarChecks,
    })
  }
}

/** A page of rows in the order of their ids. */
const pageAfter = (id: string) => ({
  where: { id: { gt: id } },
  orderBy: { id: 'asc' as const },
  take: pageSize,
})
type Page = ReturnType<typeof pageAfter>

/** One more property of the document: an array that is read page by page. */
async function* list<Row extends { id: string }>(
  name: Exclude<keyof AccountExport, 'exportedAt' | 'user'>,
  show: (row: Row) => unknown,
  read: (page: Page) => Promise<Row[]>,
): AsyncGenerator<string> {
  yield `,"${name}":[`
  let last: Row | undefined
  let rows: Row[]
  do {
    rows = await read(pageAfter(last?.id ?? '00000000-0000-0000-0000-000000000000'))
    const text = rows.map((row) => JSON.stringify(show(row))).join(',')
    if (rows.length > 0) yield last ? `,${text}` : text
    last = rows.at(-1)
  } while (rows.length === pageSize)
  yield ']'
}

const toExportedSession = (session: Session): AccountExport['sessions'][number] => ({
  id: session.id,
  appId: session.appId,
  ip: session.ip,
  deviceModel: session.deviceModel,
  deviceSystem: session.deviceSystem,
  createdAt: session.createdAt.toISOString(),
  lastSeenAt: session.refreshedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  endedAt: session.revokedAt?.toISOString() ?? null,
  endReason: session.revokedReason,
})

const toExportedEvent = (event: AuditEvent): AccountExport['auditEvents'][number] => ({
  id: event.id,
  type: event.type as AccountExport['auditEvents'][number]['type'],
  at: event.at.toISOString(),
  sessionId: event.sessionId,
  appId: event.appId,
  code: event.code,
  ip: event.actorId === null ? event.ip : null,
  actorId: event.actorId,
  data: event.data as Record<string, unknown> | null,
})

const toExportedAct = (event: AuditEvent): AccountExport['adminActions'][number] => ({
  id: event.id,
  type: event.type as AccountExport['adminActions'][number]['type'],
  at: event.at.toISOString(),
  userId: event.userId,
  ip: event.ip,
})
