import { type AccountExport, personalDataCategories } from '@repo/shared'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { type PersonalModel, personalTables } from '../../src/domain/personal-data/tables.ts'
import { userColumns } from '../../src/domain/personal-data/user-columns.ts'
import { writeForUser } from '../../src/domain/personal-data/write-for-user.ts'
import type { Database } from '../../src/infra/database/client.ts'
import type { Prisma, User } from '../../src/infra/database/generated/client.ts'
import { callOk, codeOf, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe } from '../support/deleting.ts'
import { merge, twoAccounts } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { searchEverywhere } from '../support/search.ts'
import { firstApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

type Client = Database['prisma']

/** The tables that the registry names, as the database calls them. */
const registered: Record<PersonalModel, string> = {
  Appeal: 'appeals',
  AuditEvent: 'audit_events',
  AvatarCheck: 'avatar_checks',
  Consent: 'consents',
  ContentReview: 'content_reviews',
  Job: 'jobs',
  MergeTicket: 'merge_tickets',
  Password: 'passwords',
  Phone: 'phones',
  Revocation: 'revocations',
  SealedNetworkLog: 'sealed_network_logs',
  Session: 'sessions',
  User: 'users',
  WechatIdentity: 'wechat_identities',
}

/** UUIDs that name no user: ids of rows, and of sessions. */
const namesNoUser = (column: string) => column === 'id' || column === 'session_id'

/**
 * Sample values of every column of `users` for an account that a merge ends, and what becomes of them. A new column does not
 * compile until it stands here.
 */
const columnsOf = (inviterId: string) => {
  const at = (day: number) => new Date(Date.UTC(2031, 0, day))
  const kept = 'kept' as const
  return {
    id: { merged: kept, deleted: kept },
    nickname: { source: '注册表', merged: '注册表', deleted: null, exported: '注册表' },
    nicknameUnchecked: { source: true, merged: true, deleted: false },
    avatarKey: {
      source: 'avatars/registry.jpg',
      merged: 'avatars/registry.jpg',
      deleted: null,
      exported: 'avatars/registry.jpg',
    },
    pendingNickname: { source: '待审核', merged: '待审核', deleted: null, exported: '待审核' },
    pendingAvatarKey: {
      source: 'avatars/pending.jpg',
      merged: 'avatars/pending.jpg',
      deleted: null,
      exported: 'true',
    },
    gender: { source: 'female', merged: 'female', deleted: null, exported: 'female' },
    birthday: {
      source: new Date('1990-05-17'),
      merged: new Date('1990-05-17'),
      deleted: null,
      exported: '1990-05-17',
    },
    // Moved with its row in `phones`, which this account has not.
    phoneMasked: { source: '138******31', merged: null, deleted: null, exported: '138******31' },
    // Belongs to its password, which this account has not.
    username: { merged: kept, deleted: null },
    role: { merged: kept, deleted: 'user' },
    level: { source: 9, merged: 9, deleted: 0, exported: 9 },
    status: { merged: kept, deleted: 'deleted' },
    bannedReason: { merged: kept, deleted: null },
    bannedUntil: { merged: kept, deleted: null },
    bannedNote: { merged: kept, deleted: null },
    banId: { merged: kept, deleted: null },
    inviterId: { source: inviterId, merged: inviterId, deleted: null, exported: 'true' },
    tokenVersion: { merged: 'changed', deleted: 'changed' },
    registeredAt: { merged: kept, deleted: kept },
    lastLoginAt: { source: at(2), merged: at(2), deleted: 'changed', exported: at(2).toISOString() },
    lastLoginIp: {
      source: '203.0.113.31',
      merged: '203.0.113.31',
      deleted: '0.0.0.0',
      exported: '203.0.113.31',
    },
    // The account that stays has agreed too.
    consentSince: { source: at(4), merged: kept, deleted: null, exported: at(4).toISOString() },
    agreementVersion: { source: '2031-01-05', merged: '2031-01-05', deleted: null, exported: '2031-01-05' },
    privacyVersion: { source: '2031-01-06', merged: '2031-01-06', deleted: null, exported: '2031-01-06' },
  } satisfies { [Name in keyof User]: ColumnTest<Name> }
}

type Column<Value> = {
  /** What the account that ends has; absent where it cannot be chosen. */
  source?: Value
  /** What the account that stays has afterwards. `kept`: what it had. */
  merged: Value | 'kept' | 'changed'
  /** What is left in the row of a deleted account. */
  deleted: Value | 'kept' | 'changed'
  exported?: string | number
}

type ColumnRules = typeof userColumns
/** A column that a merge decides needs a value to merge, and one that is exported too needs its value in the export. */
type ColumnTest<Name extends keyof User> = ColumnRules[Name]['merge'] extends string
  ? Column<User[Name]>
  : Column<User[Name]> & { source: User[Name] } & (ColumnRules[Name]['export'] extends null
        ? unknown
        : { exported: string | number })

const trace = 'trace of the registry'

/**
 * For every table of the registry a row about a user, and whether a merge, a deletion and the export are about it. A new table
 * does not compile until it stands here.
 */
const rowsOf: { [Model in PersonalModel]: RowTest<Model> } = {
  Session: {
    create: (prisma, userId) =>
      prisma.session.create({
        data: {
          id: uuidv7(),
          userId,
          refreshedAt: new Date(),
          expiresAt: new Date(),
          endsAt: new Date(),
          createdAt: new Date(),
          ip: '203.0.113.32',
          deviceModel: trace,
        },
      }),
    list: 'sessions',
  },
  AuditEvent: {
    create: (prisma, userId) =>
      prisma.auditEvent.create({
        data: { id: uuidv7(), type: 'profile_changed', at: new Date(), userId, data: { trace } },
      }),
    list: 'auditEvents',
  },
  Consent: {
    create: (prisma, userId) =>
      prisma.consent.create({
        data: { id: uuidv7(), userId, method: 'wechat', appId: firstApp, createdAt: new Date() },
      }),
    list: 'consents',
  },
  User: {
    create: (prisma, userId) =>
      prisma.user.create({
        data: { id: uuidv7(), inviterId: userId, lastLoginAt: new Date(), lastLoginIp: '203.0.113.32' },
      }),
  },
  WechatIdentity: {
    create: (prisma, userId) =>
      prisma.wechatIdentity.create({
        data: {
          appId: 'wx-registry',
          openid: trace,
          userId,
          sessionKeyEncrypted: new Uint8Array(1),
          sessionKeyId: 'k',
          sessionKeyUpdatedAt: new Date(),
        },
      }),
    list: 'wechatIdentities',
  },
  Phone: {
    create: (prisma, userId) =>
      prisma.phone.create({
        data: {
          userId,
          hash: new Uint8Array(Buffer.from(trace)),
          numberEncrypted: new Uint8Array(1),
          keyId: 'k',
          boundAt: new Date(),
        },
      }),
    // No key decrypts this one.
    isDropped: true,
  },
  Password: {
    create: (prisma, userId) =>
      prisma.password.create({ data: { userId, hash: trace, changedAt: new Date() } }),
    // Without a username it is of no use.
    isDropped: true,
  },
  MergeTicket: {
    create: (prisma, userId) =>
      prisma.mergeTicket.create({
        data: {
          id: uuidv7(),
          secretHash: new Uint8Array(Buffer.from(trace)),
          userId,
          otherUserId: uuidv7(),
          expiresAt: new Date(),
        },
      }),
    isDropped: true,
  },
  Appeal: {
    create: (prisma, userId) =>
      prisma.appeal.create({
        data: { id: uuidv7(), userId, banId: uuidv7(), text: trace, createdAt: new Date() },
      }),
    list: 'appeals',
  },
  AvatarCheck: {
    create: (prisma, userId) =>
      prisma.avatarCheck.create({
        data: { traceId: trace, appId: firstApp, userId, avatarKey: 'avatars/x.jpg', askedAt: new Date() },
      }),
    list: 'avatarChecks',
  },
  ContentReview: {
    // Decided: the verdict outlives the account, without naming it.
    create: (prisma, userId) =>
      prisma.contentReview.create({
        data: {
          id: uuidv7(),
          userId,
          kind: 'nickname',
          verdict: 'risky',
          submittedAt: new Date(),
          decision: 'rejected',
          decidedAt: new Date(),
        },
      }),
    list: 'contentReviews',
  },
  Job: {
    create: (prisma, userId) =>
      prisma.job.create({
        data: {
          id: uuidv7(),
          kind: 'delete_wechat_data',
          payload: { userId, parts: [], trace },
          runAt: new Date(Date.now() + 365 * 24 * 60 * 60 * 1000),
        },
      }),
  },
  // Technical: it says which tokens are invalid.
  Revocation: { create: async () => undefined },
  // Only a deletion writes it: delete-account-leftovers.test.ts.
  SealedNetworkLog: { create: async () => undefined },
}

type RowTest<Model extends PersonalModel> = {
  /** Its text has `trace` in it, where it has a text. */
  create(prisma: Client, userId: string): Promise<unknown>
  /** A merge deletes it instead of moving it. */
  isDropped?: boolean
} & ((typeof personalTables)[Model]['export'] extends infer Lists
  ? Lists extends string
    ? { list?: never }
    : { /** An array of the export that shows it. */ list: keyof Lists & ExportedList }
  : never)

type ExportedList = Exclude<keyof AccountExport, 'exportedAt' | 'user'>

describe.runIf(hasDatabase)('the registry of personal data', () => {
  const testApp = useTestApp()
  const prisma = () => testApp.database.prisma
  const models = Object.keys(personalTables) as PersonalModel[]

  it('names every table of the database that has a column with a user', async () => {
    const columns = await prisma().$queryRaw<{ table: string; column: string }[]>`
      SELECT table_name::text AS table, column_name::text AS column
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'uuid'`
    const references = await prisma().$queryRaw<{ table: string }[]>`
      SELECT conrelid::regclass::text AS table FROM pg_constraint
      WHERE contype = 'f' AND confrelid = 'users'::regclass`
    const withUser = [...columns.filter(({ column }) => !namesNoUser(column)), ...references]
    const known = new Set(models.map((model) => registered[model]))
    expect(withUser.map(({ table }) => table).filter((table) => !known.has(table))).toEqual([])
    expect(withUser.length).toBeGreaterThan(8)
  })

  it('names a column or a table for every category that the policy lists', () => {
    const rules = [...Object.values(userColumns), ...Object.values(personalTables)]
    const named = new Set(rules.map(({ category }) => category).filter((category) => category !== null))
    expect([...named].sort()).toEqual([...personalDataCategories].sort())
  })

  it('merges, exports and deletes every column of users as declared', async () => {
    const inviter = await testApp.login(nextUser())
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const columns = columnsOf(inviter.user.id)
    const names = Object.keys(columns) as (keyof User)[]
    const before = await userOf(testApp, account.user.id)
    const source = Object.fromEntries(
      names.flatMap((name) => {
        const column: Column<unknown> = columns[name]
        return column.source === undefined ? [] : [[name, column.source]]
      }),
    )
    await prisma().user.update({ where: { id: wechat.user.id }, data: source })

    const exported: AccountExport = await callOk(
      testApp,
      'POST /v1/me/export',
      { proof: await codeOf(testApp, person) },
      { token: wechat.accessToken },
    )
    for (const name of names) {
      const column: Column<unknown> = columns[name]
      const property = userColumns[name].export
      if (property !== null && column.exported !== undefined)
        expect(String(exported.user[property]), name).toContain(String(column.exported))
    }

    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    const merged = await userOf(testApp, account.user.id)
    const ended = await userOf(testApp, wechat.user.id)
    await deleteMe(testApp, body.accessToken, await codeOf(testApp, person))
    const deleted = await userOf(testApp, account.user.id)
    for (const name of names) {
      const column: Column<unknown> = columns[name]
      const expected = (rule: unknown, value: unknown) => (rule === 'kept' ? value : rule)
      if (column.merged !== 'changed')
        expect(merged[name], `${name}, merged`).toEqual(expected(column.merged, before[name]))
      if (column.deleted === 'changed') continue
      expect(deleted[name], `${name}, deleted`).toEqual(expected(column.deleted, before[name]))
      if (column.deleted !== 'kept') expect(ended[name], `${name}, of the source`).toEqual(column.deleted)
    }
    expect(deleted.lastLoginAt).toEqual(before.registeredAt)
  })

  it.each(models)('exports, moves and deletes the rows of %s', async (model) => {
    const { create, list, isDropped = false } = rowsOf[model]
    const isWritten = model !== 'Revocation' && model !== 'SealedNetworkLog'
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const rowsBefore = await rowsNaming(prisma(), registered[model], wechat.user.id)
    await create(prisma(), wechat.user.id)
    const rows = await rowsNaming(prisma(), registered[model], wechat.user.id)
    if (isWritten) expect(rows.length).toBeGreaterThan(rowsBefore.length)
    const exportOf = async (token: string): Promise<AccountExport> =>
      callOk(testApp, 'POST /v1/me/export', { proof: await codeOf(testApp, person) }, { token })
    const shown = list && (await exportOf(wechat.accessToken))[list].length
    if (list) expect(shown).toBeGreaterThan(0)

    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    if (isWritten) expect(await rowsNaming(prisma(), registered[model], wechat.user.id)).toEqual([])
    const kept = await searchEverywhere(testApp, { trace })
    if (isDropped) expect(kept).toEqual([])
    if (list) expect((await exportOf(body.accessToken))[list].length).toBeGreaterThanOrEqual(shown ?? 0)

    await deleteMe(testApp, body.accessToken, await codeOf(testApp, person))
    expect(await searchEverywhere(testApp, { trace })).toEqual([])
  })

  it('rejects a row of a user after a deletion, and during one', async () => {
    const person = nextUser()
    const { user, accessToken } = await testApp.login(person)
    const write = (transaction: Prisma.TransactionClient) => rowsOf.Job.create(transaction as Client, user.id)
    await writeForUser(testApp.database, user.id, write)
    await deleteMe(testApp, accessToken, await codeOf(testApp, person))
    expect(await searchEverywhere(testApp, { trace })).toEqual([])
    await expect(writeForUser(testApp.database, user.id, write)).rejects.toMatchObject({
      code: 'session_revoked',
    })
    expect(await searchEverywhere(testApp, { trace })).toEqual([])
  })
})

/** The rows that still name a user: not the user's own, the redeemed ticket, nor the entry that says what was merged. */
const rowsNaming = (prisma: Client, table: string, userId: string) =>
  prisma.$queryRawUnsafe<object[]>(
    `SELECT row FROM "${table}" AS rows, to_jsonb(rows) AS row
     WHERE row::text LIKE '%${userId}%' AND row->>'id' IS DISTINCT FROM '${userId}' AND row->>'used_at' IS NULL
       AND row->'data'->>'mergedUserId' IS NULL`,
  )
