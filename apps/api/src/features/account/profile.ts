import type { AdminProfileBody, ProfileBody } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import { appendAuditEntry } from '../../domain/audit/audit-log.ts'
import type { FindAuthor } from '../../domain/moderation/find-latest-identity.ts'
import type { AskAboutNickname } from '../../domain/moderation/moderate-nickname.ts'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { FindSession } from '../../domain/sessions/load-session.ts'
import { readBirthday } from '../../domain/users/birthday.ts'
import { defaultNickname } from '../../domain/users/default-nickname.ts'
import { readNickname } from '../../domain/users/nickname.ts'
import { type Change, lockChangedUser } from '../../domain/users/profile-lock.ts'
import type { UserRow } from '../../domain/users/user.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { queryIn } from '../../infra/database/query.ts'
import { addJob, type Jobs } from '../../infra/jobs/jobs.ts'

export type Profile = {
  /**
   * Changes what a person says of themselves, after WeChat was asked about a new nickname.
   *
   * @throws ApiError `invalid_request`, `content_rejected`, `content_check_unavailable`, `session_revoked`,
   *   `account_banned`; then nothing was changed.
   */
  change(claims: Claims, body: ProfileBody, origin: { ip: string; log: FastifyBaseLogger }): Promise<UserRow>
  /** An admin knows what they write: WeChat is not asked. @throws ApiError `invalid_request`, `not_found`. */
  changeByAdmin(change: Change & { actorId: string }, body: AdminProfileBody): Promise<void>
}

/** What is to be changed; what is absent stays. */
type Fields = Pick<Prisma.UserUpdateInput, 'gender' | 'birthday'> & {
  nickname?: string
  nicknameUnchecked?: boolean
}

export function createProfile({
  database: { prisma },
  findSession,
  askAboutNickname,
  findAuthor,
  jobs,
}: {
  database: Database
  findSession: FindSession
  askAboutNickname: AskAboutNickname
  findAuthor: FindAuthor
  jobs: Pick<Jobs, 'wake'>
}): Profile {
  async function save(change: Change, fields: Fields, { askAgain = false } = {}): Promise<UserRow> {
    const user = await prisma.$transaction(async (transaction) => {
      const user = await lockChangedUser(queryIn(transaction), change)
      const names = changedFields(user, fields)
      await transaction.user.update({ where: { id: user.id }, data: fields })
      if (names.length > 0)
        await appendAuditEntry(queryIn(transaction), {
          type: 'profile_changed',
          ...change,
          data: { fields: names.join(' ') },
        })
      if (askAgain) await addJob(transaction, 'check_nickname', { userId: user.id })
      const [changed] = await transaction.$queryRaw<UserRow[]>`
        SELECT * FROM users WHERE id = ${user.id}::uuid`
      return changed as UserRow
    })
    if (askAgain) jobs.wake()
    return user
  }

  return {
    async change(claims, { nickname: wanted, gender, birthday: day }, { ip, log }) {
      const change = { userId: claims.sub, ip }
      const nickname = wanted === undefined ? undefined : nicknameFor(claims.sub, wanted)
      const birthday = typeof day === 'string' ? readBirthday(day) : day
      const fields = {
        ...(gender === undefined ? {} : { gender }),
        ...(birthday === undefined ? {} : { birthday }),
      }
      if (nickname === undefined) return save(change, fields)

      const { user, identity } = await findSession(claims)
      const isKnown = nickname === user.nickname && !user.nicknameUnchecked
      if (isKnown || nickname === defaultNickname(user.id))
        return save(change, { ...fields, nickname, nicknameUnchecked: false })
      // A login with a password says nothing of WeChat; an earlier one may.
      const answer = await askAboutNickname(identity ?? (await findAuthor(user.id)), nickname, log)
      return save(
        change,
        { ...fields, nickname, nicknameUnchecked: answer !== 'accepted' },
        { askAgain: answer === 'ask_again' },
      )
    },

    async changeByAdmin(change, { nickname }) {
      await save(
        change,
        nickname === undefined
          ? {}
          : { nickname: nicknameFor(change.userId, nickname), nicknameUnchecked: false },
      )
    },
  }
}

/** Whoever wants no name of their own has the generated one. */
const nicknameFor = (userId: string, wanted: string | null) =>
  (wanted === null ? null : readNickname(wanted)) ?? defaultNickname(userId)

function changedFields(user: UserRow, { nickname, gender, birthday }: Fields): string[] {
  const day = (value: unknown) => (value instanceof Date ? value.getTime() : value)
  return Object.entries({
    nickname: nickname !== undefined && nickname !== user.nickname,
    gender: gender !== undefined && gender !== user.gender,
    birthday: birthday !== undefined && day(birthday) !== day(user.birthday),
  }).flatMap(([name, isChanged]) => (isChanged ? [name] : []))
}
