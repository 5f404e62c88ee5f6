import type { AdminProfileBody, ProfileBody } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockProfile, type ProfileChange } from '../../domain/locks.ts'
import { findLatestIdentity } from '../../domain/moderation/find-latest-identity.ts'
import { moderateNickname } from '../../domain/moderation/nickname.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import { parseBirthday } from '../../domain/users/birthday.ts'
import { defaultNickname, parseNickname } from '../../domain/users/nickname.ts'
import type { UserRow } from '../../domain/users/user.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import type { RequestContext } from '../../utils/request-context.ts'

/** The fields to change; absent fields stay. */
type Fields = Pick<Prisma.UserUpdateInput, 'gender' | 'birthday'> & {
  nickname?: string
  nicknameUnchecked?: boolean
}

/** Changes the caller's profile. WeChat checks a new nickname first. */
export async function updateProfile(
  context: Pick<AppContext, 'apps' | 'config' | 'database' | 'jobs' | 'wechat'>,
  claims: Claims,
  { nickname: typed, gender, birthday: day }: ProfileBody,
  { ip, log }: RequestContext,
): Promise<UserRow> {
  const change = { userId: claims.sub, ip }
  const nickname = typed === undefined ? undefined : nicknameOf(claims.sub, typed)
  const birthday = typeof day === 'string' ? parseBirthday(day) : day
  const fields = {
    ...(gender === undefined ? {} : { gender }),
    ...(birthday === undefined ? {} : { birthday }),
  }
  if (nickname === undefined) return saveProfile(context, change, fields)

  const { user, identity } = await loadSession(context.database, claims)
  const isUnchanged = nickname === user.nickname && !user.nicknameUnchecked
  if (isUnchanged || nickname === defaultNickname(user.id))
    return saveProfile(context, change, { ...fields, nickname, nicknameUnchecked: false })
  // A password session has no WeChat identity; an earlier session may have one.
  const author = identity ?? (await findLatestIdentity(context, user.id))
  const verdict = await moderateNickname(context, author, nickname, log)
  return saveProfile(
    context,
    change,
    { ...fields, nickname, nicknameUnchecked: verdict !== 'accepted' },
    { recheckNickname: verdict === 'retry' },
  )
}

/** WeChat does not check the nicknames that admins write. */
export async function updateProfileAsAdmin(
  context: Pick<AppContext, 'database' | 'jobs'>,
  change: ProfileChange & { actorId: string },
  { nickname }: AdminProfileBody,
): Promise<void> {
  const fields =
    nickname === undefined ? {} : { nickname: nicknameOf(change.userId, nickname), nicknameUnchecked: false }
  await saveProfile(context, change, fields)
}

async function saveProfile(
  { database: { prisma }, jobs }: Pick<AppContext, 'database' | 'jobs'>,
  change: ProfileChange,
  fields: Fields,
  { recheckNickname = false } = {},
): Promise<UserRow> {
  const user = await prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    const user = await lockProfile(query, change)
    const names = changedFields(user, fields)
    await transaction.user.update({ where: { id: user.id }, data: fields })
    if (names.length > 0)
      await appendAuditEntry(query, {
        type: 'profile_changed',
        ...change,
        data: { fields: names.join(' ') },
      })
    if (recheckNickname) await addJob(transaction, 'check_nickname', { userId: user.id })
    const [changed] = await query<UserRow>`SELECT * FROM users WHERE id = ${user.id}::uuid`
    return changed as UserRow
  })
  if (recheckNickname) jobs.notify()
  return user
}

/** `null` and WeChat's placeholder stand for the default nickname. */
const nicknameOf = (userId: string, typed: string | null) =>
  (typed === null ? null : parseNickname(typed)) ?? defaultNickname(userId)

function changedFields(user: UserRow, { nickname, gender, birthday }: Fields): string[] {
  const day = (value: unknown) => (value instanceof Date ? value.getTime() : value)
  return Object.entries({
    nickname: nickname !== undefined && nickname !== user.nickname,
    gender: gender !== undefined && gender !== user.gender,
    birthday: birthday !== undefined && day(birthday) !== day(user.birthday),
  }).flatMap(([name, isChanged]) => (isChanged ? [name] : []))
}
