import type { User, WechatProfileBody } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import type { WechatIdentity } from '../../domain/identities/wechat-identity.ts'
import { lockActiveUser } from '../../domain/locks.ts'
import { moderateNickname, type NicknameVerdict } from '../../domain/moderation/nickname.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import { hasChosenNickname, parseNicknameOrNull, wechatPlaceholderName } from '../../domain/users/nickname.ts'
import { toUser, type UserRow } from '../../domain/users/user.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import type { RawProfile } from '../../infra/wechat/open-data.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** `null`: nothing to import. */
type WechatProfile = { nickname: string | null; gender: 'male' | 'female' | null }

const genders: Record<number, WechatProfile['gender']> = { 1: 'male', 2: 'female' }

/**
 * Fills the profile fields that the user has not chosen with those of WeChat, except a nickname that WeChat rejects. The
 * avatar is not imported: its URL comes from the client.
 */
export async function importWechatProfile(
  context: Pick<AppContext, 'apps' | 'config' | 'database' | 'jobs' | 'limits' | 'openData' | 'wechat'>,
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
  const imported = hasChosenNickname(before) ? null : profile.nickname
  const verdict = imported === null ? null : await moderate(context, identity, imported, log)

  const user = await database.prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    const user = await lockActiveUser(query, userId)
    const nickname = verdict === null || hasChosenNickname(user) ? null : profile.nickname
    const gender = user.gender === null ? profile.gender : null
    if (nickname === null && gender === null) return user
    const isUnchecked = nickname === null ? null : verdict !== 'accepted'
    const [changed] = await query<UserRow>`
      UPDATE users SET nickname = COALESCE(${nickname}, nickname), gender = COALESCE(${gender}::gender, gender),
        nickname_unchecked = COALESCE(${isUnchecked}::boolean, nickname_unchecked)
      WHERE id = ${userId}::uuid RETURNING *`
    if (nickname !== null && verdict === 'retry') await addJob(transaction, 'check_nickname', { userId })
    const data = { nickname: nickname !== null, gender: gender !== null, from: 'wechat' }
    await appendAuditEntry(query, { type: 'profile_changed', userId, ip, data })
    return changed ?? user
  })
  if (verdict === 'retry') jobs.notify()
  return toUser(publicUrl, user)
}

/** @returns `null` for a nickname that WeChat rejects. */
async function moderate(
  context: Pick<AppContext, 'apps' | 'config' | 'wechat'>,
  author: WechatIdentity | null,
  nickname: string,
  log: FastifyBaseLogger,
): Promise<NicknameVerdict | null> {
  try {
    return await moderateNickname(context, author, nickname, log)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'content_rejected') return null
    throw error
  }
}

function parseProfile({ nickName, gender }: RawProfile): WechatProfile {
  if (nickName === wechatPlaceholderName) return { nickname: null, gender: null }
  return { nickname: parseNicknameOrNull(nickName), gender: genders[gender] ?? null }
}
