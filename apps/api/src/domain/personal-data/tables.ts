import type { AccountExport, PersonalDataCategory } from '@repo/shared'
import type { Prisma, User } from '../../infra/database/generated/client.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { deleteMergeTickets } from '../merge-tickets.ts'
import { movePhone } from '../phones/move-phone.ts'
import type { PhoneEncryption } from '../phones/phone-encryption.ts'
import { hasAdminHistory } from '../users/admin-history.ts'
import { fileUrl } from '../users/user.ts'
import { emptyAuditEvents, sealNetworkLogs } from './network-logs.ts'
import { pages } from './pages.ts'
import {
  deletedColumns,
  keepsPendingAvatar,
  keepsPendingNickname,
  mergedColumns,
  UNSPECIFIED_IP,
} from './user-columns.ts'

type Transaction = Prisma.TransactionClient

/** The account that stays, and the one that ends. */
export type MergedAccounts = { target: User; source: User }

/** What the rules of a merge and of the export need besides the database. */
export type MergeContext = { phoneEncryption: PhoneEncryption }
export type ExportContext = { publicUrl: string }
/** @property ip of the request, where the user asks for the deletion. */
export type DeleteContext = { sealNetworkLogs: boolean; ip: string | null }

type ExportList = Exclude<keyof AccountExport, 'exportedAt' | 'user'>
type ExportedRow<List extends ExportList> = AccountExport[List][number]

/** One array of the export: its rows as the contract shows them, read while they are sent. */
type ExportRule = (prisma: Transaction, userId: string, context: ExportContext) => AsyncIterable<unknown>

/** One array of the export, or several. */
type ExportRules = {
  [List in ExportList]: { [Name in List]: ExportRule } & { [Name in Exclude<ExportList, List>]?: ExportRule }
}[ExportList]

/** What happens to the rows of one table that name a user. */
type TableRule = {
  /** Gives the rows of the account that ends to the one that stays. */
  merge(transaction: Transaction, accounts: MergedAccounts, context: MergeContext): Promise<void>
  /** Deletes the rows, or what is personal in them. */
  delete(transaction: Transaction, user: User, context: DeleteContext): Promise<void>
} & (
  | {
      /** What the user is told they are. */
      category: PersonalDataCategory
      /** The arrays of the export that show them. `in_user`: with the columns of `users`. `sealed`: none. */
      export: ExportRules | 'in_user' | 'sealed'
    }
  // Rows that say nothing about the user.
  | { category: null; export: ExportRules | 'nothing' }
)

/** The columns that name a user, in any model. A column with another name is found by the test that walks the catalogue. */
type UserReference = 'userId' | 'otherUserId' | 'actorId' | 'inviterId'

type ModelWithUser = {
  [Name in Prisma.ModelName]: Extract<
    keyof Prisma.TypeMap['model'][Name]['payload']['scalars'],
    UserReference
  > extends never
    ? never
    : Name
}[Prisma.ModelName]

/** The models that name a user; a job does so in its payload. */
export type PersonalModel = ModelWithUser | 'Job'

/** For rows that a merge or a deletion need not touch. The reason is for the reader. */
const untouched = (_reason: string) => async () => {}

type OwnedRows = {
  updateMany(args: { where: { userId: string }; data: { userId: string } }): Promise<unknown>
  deleteMany(args: { where: { userId: string } }): Promise<unknown>
}

type RowsOf = (transaction: Transaction) => OwnedRows

const moveRows =
  (rows: RowsOf): TableRule['merge'] =>
  async (transaction, { target, source }) => {
    await rows(transaction).updateMany({ where: { userId: source.id }, data: { userId: target.id } })
  }

const deleteRows =
  (rows: RowsOf): TableRule['delete'] =>
  async (transaction, { id: userId }) => {
    await rows(transaction).deleteMany({ where: { userId } })
  }

/** For rows that belong to one user: a merge moves them, a deletion deletes them. */
const ownedRows = (rows: RowsOf) => ({ merge: moveRows(rows), delete: deleteRows(rows) })

/**
 * Every table with rows about a user, in the order in which a merge and a deletion work them off. A new model that names a
 * user does not compile until it stands here.
 */
export const personalTables = {
  // First: a code that proves the account that ends waits for the merge.
  // All of them, also where both have one in the same mini program: either then leads to the account that stays.
  WechatIdentity: {
    category: 'wechat_identity',
    ...ownedRows(({ wechatIdentity }) => wechatIdentity),
    export: {
      wechatIdentities: async function* (prisma, userId) {
        for (const identity of await prisma.wechatIdentity.findMany({ where: { userId } }))
          yield {
            appId: identity.appId,
            openid: identity.openid,
            unionid: identity.unionid,
            createdAt: identity.createdAt.toISOString(),
            sessionKeyUpdatedAt: identity.sessionKeyUpdatedAt.toISOString(),
          } satisfies ExportedRow<'wechatIdentities'>
      },
    },
  },

  // Before the rows that it copies are emptied.
  SealedNetworkLog: {
    category: 'login_history',
    merge: untouched('it names deleted accounts alone'),
    async delete(transaction, { id }, context) {
      if (context.sealNetworkLogs) await sealNetworkLogs(transaction, id, context)
    },
    export: 'sealed',
  },

  // Before the audit log: a logout that is under way holds its session until it is logged.
  Session: {
    category: 'sessions',
    merge: moveRows(({ session }) => session),
    delete: async (transaction, { id: userId }) => {
      await transaction.session.updateMany({
        where: { userId },
        data: { appId: null, openid: null, ip: UNSPECIFIED_IP, deviceModel: null, deviceSystem: null },
      })
    },
    export: {
      sessions: (prisma, userId) =>
        pages(
          (page) => prisma.session.findMany({ ...page, where: { ...page.where, userId } }),
          (session): ExportedRow<'sessions'> => ({
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
          }),
        ),
    },
  },

  AuditEvent: {
    category: 'login_history',
    merge: (transaction, { target, source }) =>
      rewriteAuditLog(transaction, source.id, async (isActor) => {
        await transaction.auditEvent.updateMany({ where: { userId: source.id }, data: { userId: target.id } })
        if (isActor)
          await transaction.auditEvent.updateMany({
            where: { actorId: source.id },
            data: { actorId: target.id },
          })
      }),
    // What happened when stays, and which admin did it, with the IP of an admin who still has an account.
    delete: (transaction, { id: userId }) =>
      rewriteAuditLog(transaction, userId, (isAdmin) => emptyAuditEvents(transaction, userId, { isAdmin })),
    export: {
      auditEvents: (prisma, userId) =>
        pages(
          (page) => prisma.auditEvent.findMany({ ...page, where: { ...page.where, userId } }),
          (event): ExportedRow<'auditEvents'> => ({
            id: event.id,
            type: event.type as ExportedRow<'auditEvents'>['type'],
            at: event.at.toISOString(),
            sessionId: event.sessionId,
            appId: event.appId,
            code: event.code,
            // The IP of an admin is the admin's.
            ip: event.actorId === null ? event.ip : null,
            byAdmin: event.actorId !== null,
            data: event.data as Record<string, unknown> | null,
          }),
        ),
      adminActions: async function* (prisma, userId) {
        if (!(await hasAdminHistory(prisma, userId))) return
        yield* pages(
          (page) => prisma.auditEvent.findMany({ ...page, where: { ...page.where, actorId: userId } }),
          (event): ExportedRow<'adminActions'> => ({
            id: event.id,
            type: event.type as ExportedRow<'adminActions'>['type'],
            at: event.at.toISOString(),
            ip: event.ip,
          }),
        )
      },
    },
  },

  // The proof that the user agreed stays after a deletion, for as long as claims may be made, and then retention deletes it.
  Consent: {
    category: 'consents',
    merge: (transaction, { target, source }) =>
      allowRewrite(transaction, async () => {
        await transaction.consent.updateMany({ where: { userId: source.id }, data: { userId: target.id } })
      }),
    delete: (transaction, { id: userId }) =>
      allowRewrite(transaction, async () => {
        await transaction.consent.updateMany({ where: { userId }, data: { accountDeletedAt: new Date() } })
      }),
    export: {
      consents: (prisma, userId) =>
        pages(
          (page) => prisma.consent.findMany({ ...page, where: { ...page.where, userId } }),
          (consent): ExportedRow<'consents'> => ({
            id: consent.id,
            agreementVersion: consent.agreementVersion,
            privacyVersion: consent.privacyVersion,
            method: consent.method as ExportedRow<'consents'>['method'],
            appId: consent.appId,
            createdAt: consent.createdAt.toISOString(),
          }),
        ),
    },
  },

  // Its category and its export stand with its columns.
  User: {
    category: null,
    async merge(transaction, { target, source }) {
      await transaction.user.update({ where: { id: target.id }, data: mergedColumns(target, source) })
      await transaction.user.updateMany({
        where: { inviterId: source.id, id: { not: target.id } },
        data: { inviterId: target.id },
      })
      const { avatarKey } = source
      if (avatarKey !== null && target.avatarKey !== null && avatarKey !== target.avatarKey)
        await addJob(transaction, 'delete_file', { key: avatarKey })
      if (source.pendingAvatarKey !== null && keepsPendingAvatar(target))
        await addJob(transaction, 'delete_file', { key: source.pendingAvatarKey })
    },
    // Invited users keep `inviterId`: it names an emptied row then, and is shown to no user.
    async delete(transaction, user) {
      for (const key of [user.avatarKey, user.pendingAvatarKey])
        if (key !== null) await addJob(transaction, 'delete_file', { key })
      await transaction.user.update({ where: { id: user.id }, data: deletedColumns(user) })
    },
    export: 'nothing',
  },

  Phone: {
    category: 'phone',
    merge: (transaction, accounts, { phoneEncryption }) => movePhone(transaction, accounts, phoneEncryption),
    delete: deleteRows(({ phone }) => phone),
    export: 'in_user',
  },

  Password: {
    category: 'password',
    async merge(transaction, { target, source }) {
      // A username belongs to its password: both or neither.
      if (target.username !== null || source.username === null) {
        await transaction.password.deleteMany({ where: { userId: source.id } })
        return
      }
      // One after the other: a username is unique at every moment.
      await transaction.user.update({ where: { id: source.id }, data: { username: null } })
      await transaction.user.update({ where: { id: target.id }, data: { username: source.username } })
      await transaction.password.updateMany({ where: { userId: source.id }, data: { userId: target.id } })
    },
    delete: deleteRows(({ password }) => password),
    export: 'in_user',
  },

  MergeTicket: {
    category: null,
    merge: untouched('the merge redeems its ticket, which deletes all others of the two'),
    delete: (transaction, { id }) => deleteMergeTickets(transaction, [id]),
    export: 'nothing',
  },

  Appeal: {
    category: 'appeals',
    ...ownedRows(({ appeal }) => appeal),
    export: {
      appeals: (prisma, userId) =>
        pages(
          (page) => prisma.appeal.findMany({ ...page, where: { ...page.where, userId } }),
          ({ id, text, state, response, createdAt, decidedAt }): ExportedRow<'appeals'> => ({
            id,
            text,
            state,
            response,
            createdAt: createdAt.toISOString(),
            decidedAt: decidedAt?.toISOString() ?? null,
          }),
        ),
    },
  },

  AvatarCheck: {
    category: 'avatar',
    merge: moveRows(({ avatarCheck }) => avatarCheck),
    async delete(transaction, { id: userId, avatarKey }) {
      const checks = await transaction.avatarCheck.findMany({ where: { userId } })
      const keys = new Set(checks.map((check) => check.avatarKey))
      if (avatarKey !== null) keys.delete(avatarKey)
      for (const key of keys) await addJob(transaction, 'delete_file', { key })
      await transaction.avatarCheck.deleteMany({ where: { userId } })
    },
    export: {
      avatarChecks: async function* (prisma, userId, { publicUrl }) {
        for (const { appId, avatarKey, askedAt } of await prisma.avatarCheck.findMany({ where: { userId } }))
          yield {
            appId,
            avatarUrl: fileUrl(publicUrl, avatarKey),
            askedAt: askedAt.toISOString(),
          } satisfies ExportedRow<'avatarChecks'>
      },
    },
  },

  // The content that waits is in columns of `users`.
  ContentReview: {
    category: 'content_reviews',
    async merge(transaction, { target, source }) {
      const kept = { nickname: keepsPendingNickname(target), avatar: keepsPendingAvatar(target) }
      const dropped = (['nickname', 'avatar'] as const).filter((kind) => kept[kind])
      await transaction.contentReview.deleteMany({
        where: { userId: source.id, decision: null, kind: { in: dropped } },
      })
      await transaction.contentReview.updateMany({
        where: { userId: source.id },
        data: { userId: target.id },
      })
    },
    // Verdicts stay for `contentVerdictDays`, and name no user any more.
    async delete(transaction, { id: userId }) {
      await transaction.contentReview.deleteMany({ where: { userId, decision: null } })
      await transaction.contentReview.updateMany({ where: { userId }, data: { userId: null } })
    },
    export: {
      contentReviews: (prisma, userId) =>
        pages(
          (page) => prisma.contentReview.findMany({ ...page, where: { ...page.where, userId } }),
          (review): ExportedRow<'contentReviews'> => ({
            kind: review.kind,
            verdict: review.verdict,
            traceId: review.traceId,
            appId: review.appId,
            submittedAt: review.submittedAt.toISOString(),
            decision: review.decision,
            decidedAt: review.decidedAt?.toISOString() ?? null,
          }),
        ),
    },
  },

  Job: {
    category: null,
    async merge(transaction, { target, source }) {
      await transaction.$executeRaw`
        UPDATE jobs SET payload = jsonb_set(payload, '{userId}', to_jsonb(${target.id}::text))
        WHERE payload->>'userId' = ${source.id}`
    },
    delete: async (transaction, { id }) => {
      await transaction.$executeRaw`DELETE FROM jobs WHERE payload->>'userId' = ${id}`
    },
    export: 'nothing',
  },

  Revocation: {
    category: null,
    merge: untouched('it revokes tokens that carry the id of the account that ends'),
    delete: untouched('it names an id alone, and is deleted once the last token has expired'),
    export: 'nothing',
  },
} satisfies Record<PersonalModel, TableRule>

/** In the order in which they are worked off. */
export const tableRules: TableRule[] = Object.values(personalTables)

/** The arrays of the export, with the rules that read their rows. */
export const exportRules: [string, ExportRule][] = tableRules.flatMap(({ export: lists }) =>
  typeof lists === 'string' ? [] : Object.entries(lists),
)

/** The audit log is append-only, unless a transaction says that it rewrites it. */
async function rewriteAuditLog(
  transaction: Transaction,
  userId: string,
  rewrite: (isActor: boolean) => Promise<void>,
): Promise<void> {
  const isActor = await hasAdminHistory(transaction, userId)
  await allowRewrite(transaction, () => rewrite(isActor))
}

/** Append-only tables may change within `rewrite`. */
async function allowRewrite(transaction: Transaction, rewrite: () => Promise<void>): Promise<void> {
  await transaction.$queryRaw`SELECT set_config('audit.rewrite', 'on', true)`
  await rewrite()
  await transaction.$queryRaw`SELECT set_config('audit.rewrite', 'off', true)`
}
