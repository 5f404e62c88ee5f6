import type { User, WechatProfileBody } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import type { OpenData } from '../../domain/identities/open-data.ts'
import type { WechatIdentity } from '../../domain/identities/wechat-identity.ts'
import { lockOwnUser } from '../../domain/locks.ts'
import type { AskAboutNickname } from '../../domain/moderation/moderate-nickname.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { FindSession } from '../../domain/sessions/load-session.ts'
import { hasChosenNickname } from '../../domain/users/default-nickname.ts'
import { anonymousNickname, normalizeNickname } from '../../domain/users/nickname.ts'
import type { ToUser, UserRow } from '../../domain/users/user.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import type { Database } from '../../infra/database/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob, type Jobs } from '../../infra/jobs/jobs.ts'
import type { RawProfile } from '../../infra/wechat/open-data.ts'
import { ApiError } from '../../utils/api-error.ts'

/**
 * Takes over what WeChat says of a person, where they have chosen nothing themselves: a name that WeChat itself finds
 * harmful is left out. The picture is not: its URL comes from the client.
 *
 * @throws ApiError `session_key_expired`, `content_check_unavailable`, `invalid_request`, `wechat_…`, `rate_limited`,
 *   `session_revoked`, `account_banned`; then nothing was changed.
 */
export type TakeOverWechatProfile = (
  claims: Claims,
  body: WechatProfileBody,
  origin: { ip: string; log: FastifyBaseLogger },
) => Promise<User>

/** What is taken over; `null`: nothing. */
type WechatProfile = { nickname: string | null; gender: 'male' | 'female' | null }

const genders: Record<number, WechatProfile['gender']> = { 1: 'male', 2: 'female' }

export function createTakeOverWechatProfile({
  database: { prisma },
  findSession,
  openData,
  askAboutNickname,
  limits,
  jobs,
  toUser,
}: {
  database: Database
  findSession: FindSession
  openData: OpenData
  askAboutNickname: AskAboutNickname
  limits: PersonLimits
  jobs: Pick<Jobs, 'wake'>
  toUser: ToUser
}): TakeOverWechatProfile {
  /** @returns `null` for a name that WeChat rejects. */
  async function judge(identity: WechatIdentity | null, nickname: string, log: FastifyBaseLogger) {
    try {
      return await askAboutNickname(identity, nickname, log)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'content_rejected') return null
      throw error
    }
  }

  return async (claims, body, { ip, log }) => {
    const { sub: userId } = claims
    await limits.profile(userId)
    const { user: before, identity } = await findSession(claims)
    const open = await openData.profile({ userId, identity }, body)
    const profile = readProfile(await open())
    const wanted = hasChosenNickname(before) ? null : profile.nickname
    const verdict = wanted === null ? null : await judge(identity, wanted, log)
    const askAgain = verdict === 'ask_again'

    const user = await prisma.$transaction(async (transaction) => {
      const query = queryIn(transaction)
      const user = await lockOwnUser(query, userId)
      const nickname = verdict === null || hasChosenNickname(user) ? null : profile.nickname
      const gender = user.gender === null ? profile.gender : null
      if (nickname === null && gender === null) return user
      const isUnchecked = nickname === null ? null : verdict !== 'accepted'
      const [changed] = await query<UserRow>`
        UPDATE users SET nickname = COALESCE(${nickname}, nickname), gender = COALESCE(${gender}::gender, gender),
          nickname_unchecked = COALESCE(${isUnchecked}::boolean, nickname_unchecked)
        WHERE id = ${userId}::uuid RETURNING *`
      if (nickname !== null && askAgain) await addJob(transaction, 'check_nickname', { userId })
      const data = { nickname: nickname !== null, gender: gender !== null, from: 'wechat' }
      await appendAuditEntry(query, { type: 'profile_changed', userId, ip, data })
      return changed ?? user
    })
    if (askAgain) jobs.wake()
    return toUser(user)
  }
}

function readProfile({ nickName, gender }: RawProfile): WechatProfile {
  if (nickName === anonymousNickname) return { nickname: null, gender: null }
  return { nickname: normalizeNickname(nickName), gender: genders[gender] ?? null }
}
