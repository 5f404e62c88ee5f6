import type { User, WechatProfileBody } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockActiveUser } from '../../domain/locks.ts'
import { moderateNickname, type NicknameOutcome } from '../../domain/moderation/nickname.ts'
import { queueReview, recordRejection } from '../../domain/moderation/reviews.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import { hasChosenNickname, parseNicknameOrNull, wechatPlaceholderName } from '../../domain/users/nickname.ts'
import { toUser, type UserRow } from '../../domain/users/user.ts'
import { prismaQuery, type Query } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import type { RawProfile } from '../../infra/wechat/open-data.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** `null`: nothing to import. */
type WechatProfile = { nickname: string | null; gender: 'male' | 'female' | null }

const genders: Record<number, WechatProfile['gender']> = { 1: 'male', 2: 'female' }

/**
 * Fills the profile fields that the user has not chosen with those of WeChat, except a nickname that WeChat rejects. The
 * avatar is not imported: its URL comes from the client.
 */
export async function importWechatProfile(
  context: Pick<
    AppContext,
    'apps' | 'config' | 'database' | 'jobs' | 'limits' | 'openData' | 'phones' | 'reservedNames' | 'wechat'
  >,
  claims: Claims,
  body: WechatProfileBody,
  { ip, log }: RequestContext,
): Promise<User> {
  const {
    config: { publicUrl },
    database,
    jobs,
    limits,
    openData,
  } = context
  const { sub: userId } = claims
  await limits.profile(userId)
  const { user: before, identity } = await loadSession(database, claims)
  const open = await openData.profile({ userId, identity }, body)
  const profile = parseProfile(await open())
  const imported = hasChosenNickname(before) ? null : await publishable(context, userId, profile.nickname)
  const result: NicknameOutcome =
    imported === null ? { outcome: 'accepted' } : await moderateNickname(context, identity, imported, log)

  const user = await database.prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    const user = await lockActiveUser(query, userId)
    const chosen = hasChosenNickname(user) || user.pending_nickname !== null ? null : imported
    const { outcome } = result
    if (outcome === 'rejected') await recordRejection(transaction, userId, result.content)
    if (outcome === 'queued' && chosen !== null)
      await queueReview(transaction, user, result.content, { pendingNickname: chosen })
    const nickname = outcome === 'rejected' || outcome === 'queued' ? null : chosen
    const gender = user.gender === null ? profile.gender : null
    if (nickname === null && gender === null) return reread(query, user)
    const isUnchecked = nickname === null ? null : outcome !== 'accepted'
    const [changed] = await query<UserRow>`
      UPDATE users SET nickname = COALESCE(${nickname}, nickname), gender = COALESCE(${gender}::gender, gender),
        nickname_unchecked = COALESCE(${isUnchecked}::boolean, nickname_unchecked)
      WHERE id = ${userId}::uuid RETURNING *`
    if (nickname !== null && outcome === 'retry') await addJob(transaction, 'check_nickname', { userId })
    const data = { nickname: nickname !== null, gender: gender !== null, from: 'wechat' }
    await appendAuditEntry(query, { type: 'profile_changed', userId, ip, data })
    return changed ?? user
  })
  if (result.outcome === 'retry') jobs.notify()
  return toUser(publicUrl, user)
}

/** The row after its review was queued. */
async function reread(query: Query, user: UserRow): Promise<UserRow> {
  const [row] = await query<UserRow>`SELECT * FROM users WHERE id = ${user.id}::uuid`
  return row ?? user
}

/** @returns `null` for a nickname that this user may not publish. */
async function publishable(
  {
    config,
    database,
    phones,
    reservedNames,
  }: Pick<AppContext, 'config' | 'database' | 'phones' | 'reservedNames'>,
  userId: string,
  nickname: string | null,
): Promise<string | null> {
  if (nickname === null || reservedNames.isReserved(nickname)) return null
  if (config.requireVerifiedPhone && !(await phones.hasNumber(database.query, userId))) return null
  return nickname
}

function parseProfile({ nickName, gender }: RawProfile): WechatProfile {
  if (nickName === wechatPlaceholderName) return { nickname: null, gender: null }
  return { nickname: parseNicknameOrNull(nickName), gender: genders[gender] ?? null }
}
