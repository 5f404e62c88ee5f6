import { type AdminProfileBody, api, type ProfileBody } from '@repo/shared'
import type { AppContext } from '../../context.ts'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import { lockProfile, type ProfileChange } from '../../domain/locks.ts'
import { findLatestIdentity } from '../../domain/moderation/find-latest-identity.ts'
import { moderateNickname } from '../../domain/moderation/nickname.ts'
import {
  type ContentVerdict,
  queueReview,
  recordRejection,
  withdrawPending,
} from '../../domain/moderation/reviews.ts'
import { writeForUser } from '../../domain/personal-data/write-for-user.ts'
import { requireVerifiedPhone } from '../../domain/phones/require-verified-phone.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import { loadSession } from '../../domain/sessions/load-session.ts'
import { assertMinimumAge } from '../../domain/users/age.ts'
import { parseBirthday } from '../../domain/users/birthday.ts'
import { defaultNickname, parseNickname } from '../../domain/users/nickname.ts'
import { toUser, type UserRow } from '../../domain/users/user.ts'
import type { User } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { RequestContext } from '../../utils/request-context.ts'

type ProfileField = keyof ProfileBody

/** The columns to change; absent columns stay. A field of the contract has the name of its column. */
type Fields = Partial<Pick<User, ProfileField | 'nicknameUnchecked'>>

const profileFields = Object.keys(api['PUT /v1/me/profile'].body.properties) as ProfileField[]

/** Fields that are stored in another form than they are sent. One without an entry does not compile. */
const parsers: {
  [Name in ProfileField as ProfileBody[Name] extends User[Name] | undefined ? never : Name]: (
    value: NonNullable<ProfileBody[Name]>,
  ) => User[Name]
} = { birthday: parseBirthday }

/** Changes the caller's profile. WeChat checks a new nickname first. */
export async function updateProfile(
  context: Pick<
    AppContext,
    'apps' | 'config' | 'database' | 'guardianConsent' | 'jobs' | 'reservedNames' | 'wechat'
  >,
  claims: Claims,
  body: ProfileBody,
  { ip, log }: RequestContext,
): Promise<UserRow> {
  const change = { userId: claims.sub, ip }
  const nickname = body.nickname === undefined ? undefined : nicknameOf(claims.sub, body.nickname)
  const fields = fieldsOf(body)
  if (fields.birthday) {
    const { config, guardianConsent } = context
    await assertMinimumAge({ minimumAge: config.minimumAge, guardianConsent }, claims.sub, fields.birthday)
  }
  if (nickname === undefined) return saveProfile(context, change, fields)

  const { user, identity } = await loadSession(context.database, claims)
  const isUnchanged = nickname === user.nickname && !user.nicknameUnchecked
  if (isUnchanged || nickname === defaultNickname(user.id))
    return saveProfile(context, change, { ...fields, nickname, nicknameUnchecked: false })
  if (context.config.requireVerifiedPhone) await requireVerifiedPhone(context.database, user.id)
  if (user.role !== 'admin') context.reservedNames.assertAllowed(nickname)
  // It waits already.
  if (nickname === user.pendingNickname) return saveProfile(context, change, fields)
  // A password session has no WeChat identity; an earlier session may have one.
  const author = identity ?? (await findLatestIdentity(context, user.id))
  const result = await moderateNickname(context, author, nickname, log)
  const { outcome } = result
  if (outcome === 'rejected') {
    await writeForUser(context.database, user.id, (transaction) =>
      recordRejection(transaction, user.id, result.content),
    )
    throw new ApiError('content_rejected')
  }
  if (outcome === 'queued')
    return saveProfile(context, change, fields, { queued: { nickname, content: result.content } })
  const isUnchecked = outcome !== 'accepted'
  return saveProfile(
    context,
    change,
    { ...fields, nickname, nicknameUnchecked: isUnchecked },
    { recheckNickname: outcome === 'retry' },
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
  {
    recheckNickname = false,
    queued,
  }: { recheckNickname?: boolean; queued?: { nickname: string; content: ContentVerdict } } = {},
): Promise<UserRow> {
  const user = await prisma.$transaction(async (transaction) => {
    const query = prismaQuery(transaction)
    const user = await lockProfile(query, change)
    if (fields.nickname !== undefined) await withdrawPending(transaction, user, 'nickname')
    await transaction.user.update({ where: { id: user.id }, data: fields })
    if (queued) await queueReview(transaction, user, queued.content, { pendingNickname: queued.nickname })
    const [changed = user] = await query<UserRow>`SELECT * FROM users WHERE id = ${user.id}::uuid`
    const [before, after] = [toUser('', user), toUser('', changed)]
    const names = profileFields.filter((name) => before[name] !== after[name])
    if (names.length > 0)
      await appendAuditEntry(query, {
        type: 'profile_changed',
        ...change,
        data: { fields: names.join(' ') },
      })
    if (recheckNickname) await addJob(transaction, 'check_nickname', { userId: user.id })
    return changed
  })
  if (recheckNickname) jobs.notify()
  return user
}

/** `null` and WeChat's placeholder stand for the default nickname. */
const nicknameOf = (userId: string, typed: string | null) =>
  (typed === null ? null : parseNickname(typed)) ?? defaultNickname(userId)

/** The columns that a body changes, but for the nickname. Picks the fields: a body may have properties of other columns. */
function fieldsOf(body: ProfileBody): Fields {
  const parse: { [name: string]: ((value: string) => unknown) | undefined } = parsers
  return Object.fromEntries(
    profileFields.flatMap((name) => {
      const value = body[name]
      if (name === 'nickname' || value === undefined) return []
      return [[name, value === null ? null : (parse[name]?.(value) ?? value)]]
    }),
  )
}
