import type { AccountExport, AccountProof } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { type AccountProofServices, resolveProvenUser } from '../../domain/account-proof.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockActiveUser, lockUser } from '../../domain/locks.ts'
import { type ExportContext, exportRules } from '../../domain/personal-data/tables.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { toUser, type UserRow } from '../../domain/users/user.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

type ReadContext = Pick<AppContext, 'config' | 'database' | 'limits' | 'phoneEncryption'>

/**
 * Everything that is stored about a user, as the text of an `AccountExport` in pieces: rows are read page by page while they
 * are sent, so that the size of an account costs no memory. No secret is in it: no session_key, no password hash.
 *
 * @throws ApiError `session_revoked`, `account_banned`, `rate_limited`; before the first piece.
 */
export async function exportAccount(
  context: ReadContext,
  { sub: userId }: Claims,
  ip: string,
): Promise<AsyncIterable<string>> {
  return exportUser(context, userId, ip, lockActiveUser)
}

/**
 * The same without a session, for example while the account is banned: the proof alone says which account.
 *
 * @throws ApiError `not_found` and those of a proof; `rate_limited`; before the first piece.
 */
export async function exportAccountWithProof(
  context: ReadContext & AccountProofServices,
  proof: AccountProof,
  request: RequestContext,
): Promise<AsyncIterable<string>> {
  const userId = await resolveProvenUser(context, proof, request)
  return exportUser(context, userId, request.ip, async (query) => {
    const user = await lockUser(query, userId)
    if (!user || user.status === 'deleted') throw new ApiError('not_found')
  })
}

async function exportUser(
  context: ReadContext,
  userId: string,
  ip: string,
  lock: (query: Query, userId: string) => Promise<unknown>,
): Promise<AsyncIterable<string>> {
  const { config, database, limits } = context
  await limits.export(userId)
  await database.transaction(async (query) => {
    // A deletion that came in between would not find the IP of this entry.
    await lock(query, userId)
    await appendAuditEntry(query, { type: 'data_exported', userId, ip })
  })
  const user = await readUser(context, userId)
  return writeDocument(database, userId, user, { publicUrl: config.publicUrl })
}

/** What the export says of the user besides its lists: the columns of `users`, the phone number and the password. */
async function readUser(
  {
    config: { publicUrl },
    database: { prisma, query },
    phoneEncryption,
  }: Pick<AppContext, 'config' | 'database' | 'phoneEncryption'>,
  userId: string,
): Promise<AccountExport['user']> {
  const [row] = await query<UserRow & { living_inviter_id: string | null }>`
    SELECT users.*, inviter.id AS living_inviter_id
    FROM users LEFT JOIN users AS inviter ON inviter.id = users.inviter_id AND inviter.status <> 'deleted'
    WHERE users.id = ${userId}::uuid AND users.status <> 'deleted'`
  if (!row) throw new ApiError('session_revoked')
  const [phone, passwords, invitedCount] = await Promise.all([
    prisma.phone.findUnique({ where: { userId } }),
    prisma.password.count({ where: { userId } }),
    prisma.user.count({ where: { inviterId: userId, status: { not: 'deleted' } } }),
  ])
  return {
    ...toUser(publicUrl, row),
    lastLoginIp: row.last_login_ip,
    hasPassword: passwords > 0,
    phone: phone && phoneEncryption.decrypt(phone),
    phoneBoundAt: phone?.boundAt.toISOString() ?? null,
    bannedReason: row.banned_reason,
    bannedUntil: row.banned_until?.toISOString() ?? null,
    wasInvited: row.living_inviter_id !== null,
    invitedCount,
    agreementVersion: row.agreement_version,
    privacyVersion: row.privacy_version,
    consentSince: row.consent_since?.toISOString() ?? null,
  }
}

async function* writeDocument(
  { prisma }: Database,
  userId: string,
  user: AccountExport['user'],
  context: ExportContext,
): AsyncGenerator<string> {
  yield JSON.stringify({ exportedAt: new Date().toISOString(), user }).slice(0, -1)
  for (const [name, readRows] of exportRules) yield* writeList(name, readRows(prisma, userId, context))
  yield '}'
}

/** How much text is gathered before it is sent, in characters. */
const pieceLength = 64 * 1024

async function* writeList(name: string, rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let text = `,${JSON.stringify(name)}:[`
  let separator = ''
  for await (const row of rows) {
    text += separator + JSON.stringify(row)
    separator = ','
    if (text.length < pieceLength) continue
    yield text
    text = ''
  }
  yield `${text}]`
}
