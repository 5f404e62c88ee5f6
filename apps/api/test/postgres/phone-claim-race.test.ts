import type { LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { applyAvatarVerdict } from '../../src/domain/moderation/avatar.ts'
import { addJob } from '../../src/infra/jobs/jobs.ts'
import { sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { interleave, waitUntilBlocked } from '../support/interleave.ts'
import { type Answer, firstApp, problem, type TestApp, unboundApp } from '../support/test-app.ts'
import { createTestAppWithPush } from '../support/test-app-with-push.ts'
import { picture, uploadOf } from '../support/uploads.ts'

const password = 'correct horse battery'
const rounds = 6

/** Only a real server has several connections, so only there can these meet. */
describe.runIf(hasDatabase)('concurrent merges, deletions and claims', () => {
  let testApp: TestApp
  let persons = 0
  let colours = 0
  beforeAll(async () => {
    testApp = await createTestAppWithPush({ WECHAT_TIMEOUT_MS: '5000' })
  })
  afterAll(() => testApp?.close())
  afterEach(async () => {
    await expectSound()
    // 40P01 is a deadlock.
    expect(testApp.log()).not.toMatch(/40P01|"status":500/)
  })

  const prisma = () => testApp.database.prisma
  const nextUser = () => {
    persons += 1
    return `person-${persons}`
  }
  const post = (key: string, body?: object, token?: string) =>
    testApp.call(key, { ...(body ? { body } : {}), ...(token ? { token } : {}) })
  const outcomes = (answers: Answer[]) => answers.map(({ status, body }) => body?.code ?? status)
  const setPhone = (person: string, phoneNumber: string) =>
    testApp.control('PUT', 'phone', { person, phoneNumber })
  const register = async (body: object = {}): Promise<LoginResult> => {
    const answer = await post('POST /v1/auth/register', {
      username: `user-${nextUser()}`,
      password,
      ...body,
    })
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.body
  }
  async function upload({ accessToken: token }: LoginResult): Promise<Answer> {
    colours += 1
    const colour = `#${(colours * 40503).toString(16).padStart(6, '0').slice(-6)}`
    const content = await picture(colour).png().toBuffer()
    return testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
  }
  /** Somebody with an account of a password and one of WeChat, which has a number; and a ticket for both. */
  async function twoAccounts() {
    const person = nextUser()
    const number = `138${String(persons).padStart(8, '0')}`
    await setPhone(person, number)
    const older = await register()
    const login = await testApp.login(person)
    const phone = { code: await testApp.phoneCode(person), proof: { code: await testApp.code(person) } }
    const bound = await post('POST /v1/me/phone', phone, login.accessToken)
    if (bound.status !== 200) throw new Error(bound.text)
    const newer: LoginResult = bound.body
    const ticket = await ticketOf(older, person)
    const merge = async () => {
      const body = { ticket, proof: { password }, otherProof: { code: await testApp.code(person) } }
      return () => post('POST /v1/me/merge', body, older.accessToken)
    }
    return { person, number, older, newer, ticket, merge }
  }
  async function ticketOf({ accessToken }: LoginResult, person: string): Promise<string> {
    const binding = { code: await testApp.code(person), proof: { password } }
    const { body } = await post('PUT /v1/me/wechat', binding, accessToken)
    return body.conflict.ticket
  }
  const together = (...requests: (() => Promise<Answer>)[]) => Promise.all(requests.map((begin) => begin()))
  /** Nothing belongs to nobody, and what belongs together is there together. */
  async function expectSound(): Promise<void> {
    await eventually(async () => {
      const due = { runAt: { lt: new Date(Date.now() + 60_000) } }
      // What a merge has moved while it was worked on is tried again half a minute later: now.
      await prisma().job.updateMany({ where: due, data: { runAt: new Date(0) } })
      expect(await prisma().job.count({ where: due })).toBe(0)
    }, 10_000)
    const of = (table: string) =>
      `SELECT '${table}' AS "table", user_id FROM ${table} WHERE user_id IN (SELECT id FROM gone)`
    const left = await prisma().$queryRawUnsafe(`
      WITH gone AS (SELECT id FROM users WHERE status = 'deleted')
      ${['wechat_identities', 'phones', 'passwords', 'avatar_checks'].map(of).join(' UNION ALL ')}
      UNION ALL ${of('sessions')} AND (revoked_at IS NULL OR openid IS NOT NULL OR host(ip) <> '0.0.0.0')
      UNION ALL ${of('audit_events')} AND (ip IS NOT NULL OR app_id IS NOT NULL)
      UNION ALL SELECT 'jobs', (payload->>'userId')::uuid FROM jobs WHERE (payload->>'userId')::uuid IN (SELECT id FROM gone)
      UNION ALL SELECT 'tickets', user_id FROM merge_tickets
        WHERE used_at IS NULL AND (user_id IN (SELECT id FROM gone) OR other_user_id IN (SELECT id FROM gone))
      UNION ALL SELECT 'users', id FROM users WHERE status = 'deleted'
        AND (nickname IS NOT NULL OR username IS NOT NULL OR avatar_key IS NOT NULL OR phone_masked IS NOT NULL)
      UNION ALL SELECT 'masked number', id FROM users
        WHERE (phone_masked IS NULL) <> NOT EXISTS (SELECT FROM phones WHERE user_id = users.id)
          AND status <> 'deleted'
      UNION ALL SELECT 'username', id FROM users
        WHERE (username IS NULL) <> NOT EXISTS (SELECT FROM passwords WHERE user_id = users.id)`)
    expect(left).toEqual([])
    for (const { avatarKey } of await prisma().user.findMany({ where: { avatarKey: { not: null } } }))
      expect((await testApp.call(`GET /files/${avatarKey}`)).status).toBe(200)
  }

  it('a merge and a deletion of either account: one of them happens completely', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { person, older, newer, merge } = await twoAccounts()
      const code = await testApp.code(person)
      const deleteAccount =
        round % 2
          ? () => post('POST /v1/me/delete', { proof: { code } }, newer.accessToken)
          : () => post('POST /v1/me/delete', { proof: { password } }, older.accessToken)
      const merging = await merge()
      const answers = await (round < 4
        ? together(merging, deleteAccount)
        : interleave(testApp.database, merging, deleteAccount))
      for (const outcome of outcomes(answers))
        expect([
          200,
          204,
          'merge_ticket_invalid',
          'different_account',
          'session_revoked',
          'password_not_set',
          'credentials_invalid',
        ]).toContain(outcome)
      expect(outcomes(answers).filter((outcome) => typeof outcome === 'number').length).toBeGreaterThan(0)
    }
  })

  describe.each(['elder', 'younger'] as const)(
    'a logout of the session that requests a merge (the %s)',
    (asking) => {
      async function mergeOf() {
        const { person, older, newer, ticket } = await twoAccounts()
        const login = asking === 'elder' ? older : newer
        const byCode = async () => ({ code: await testApp.code(person) })
        const isElder = asking === 'elder'
        const proof = isElder ? { password } : await byCode()
        const otherProof = isElder ? await byCode() : { password }
        // A second one: a code works once.
        const again = { proof: isElder ? { password } : await byCode() }
        const token = login.accessToken
        return {
          login,
          users: [older.user.id, newer.user.id],
          merge: () => post('POST /v1/me/merge', { ticket, proof, otherProof }, token),
          logouts: {
            logout: () => post('POST /v1/auth/logout', undefined, token),
            'logout-all': () => post('POST /v1/auth/logout-all', again, token),
            'removal of this device': () =>
              post(`POST /v1/me/sessions/${sessionIdOf(login)}/revoke`, again, token),
          },
        }
      }
      const sessionOf = (login: LoginResult) =>
        prisma().session.findUniqueOrThrow({ where: { id: sessionIdOf(login) } })
      const ways = ['logout', 'logout-all', 'removal of this device'] as const

      it.each(ways)('before it, leaves two accounts (%s)', async (way) => {
        const { login, users, merge, logouts } = await mergeOf()
        const [done, merged] = await interleave(testApp.database, logouts[way], merge)
        expect(done?.status).toBe(204)
        expect(merged).toMatchObject(problem('session_revoked', 401))
        expect(await sessionOf(login)).toMatchObject({ userId: login.user.id, revokedAt: expect.any(Date) })
        expect(await prisma().user.count({ where: { id: { in: users }, status: 'active' } })).toBe(2)
      })

      it.each(ways)('during it, ends the resulting session (%s)', async (way) => {
        const { login, merge, logouts } = await mergeOf()
        const [merged, done] = await interleave(testApp.database, merge, logouts[way])
        if (asking === 'younger' && way !== 'logout') {
          // By then the account of the old token is gone.
          expect(done).toMatchObject(problem('session_revoked', 401))
          expect(merged?.status).toBe(200)
          expect((await testApp.call('GET /v1/me', { token: merged?.body.accessToken })).status).toBe(200)
          return
        }
        expect(done?.status).toBe(204)
        expect(await sessionOf(login)).toMatchObject({ revokedAt: expect.any(Date) })
        // The merge stands. Whether its answer was made before the logout or not: what it carries is dead.
        expect([200, 401]).toContain(merged?.status)
        if (merged?.status !== 200) return
        const { accessToken, refreshToken } = merged.body
        expect((await testApp.call('GET /v1/me', { token: accessToken })).status).toBe(401)
        expect((await post('POST /v1/auth/refresh', { refreshToken })).status).toBe(401)
      })
    },
  )

  it('a merge and the number of either account, bound again, changed or claimed by another account', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { person, number, older, newer, merge } = await twoAccounts()
      const rival = nextUser()
      await setPhone(rival, number)
      const others = [older, newer, await testApp.login(rival)]
      const binds: (() => Promise<Answer>)[] = []
      for (const { accessToken } of others) {
        const code = await testApp.phoneCode(accessToken === others[2]?.accessToken ? rival : person)
        const proof = await testApp.proofOf(accessToken)
        binds.push(() => post('POST /v1/me/phone', { code, proof }, accessToken))
      }
      const proof = await testApp.proofOf(newer.accessToken)
      const remove = () => post('POST /v1/me/phone/delete', { proof }, newer.accessToken)
      const [merged, ...rest] = await together(await merge(), ...binds, ...(round % 2 ? [remove] : []))
      // A removal that comes first ends the ticket; where the elder then takes the number, its token, too.
      const overtaken = round % 2 ? ['merge_ticket_invalid', 'access_token_expired'] : []
      expect([200, ...overtaken]).toContain(outcomes([merged as Answer])[0])
      for (const outcome of outcomes(rest))
        expect([200, 204, 'account_conflict', 'session_revoked', 'access_token_expired']).toContain(outcome)
      expect(
        await prisma().user.count({ where: { phoneMasked: `138******${number.slice(-2)}` } }),
      ).toBeLessThan(2)
    }
  })

  it('a merge blocks a one-tap login by the number of the source account, which then returns a conflict', async () => {
    const { number, older, merge } = await twoAccounts()
    const newcomer = nextUser()
    await setPhone(newcomer, number)
    const body = {
      appId: unboundApp,
      loginCode: await testApp.code(newcomer, unboundApp),
      phoneCode: await testApp.phoneCode(newcomer, unboundApp),
    }
    const [merged, login] = await interleave(testApp.database, await merge(), () =>
      post('POST /v1/auth/phone-login', body),
    )
    expect(merged?.status).toBe(200)
    expect(login).toMatchObject(problem('account_conflict', 409))
    // The account that stays has the number by now.
    expect(await testApp.database.prisma.phone.findMany({ select: { userId: true } })).toContainEqual({
      userId: older.user.id,
    })
  })

  it('a merge and uploads to both accounts: each has its avatar, or is rejected', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { older, newer, merge } = await twoAccounts()
      if (round % 2) await upload(newer)
      const answers = await together(
        await merge(),
        () => upload(older),
        () => upload(newer),
      )
      expect(answers[0]?.status).toBe(200)
      for (const outcome of outcomes(answers)) expect([200, 'session_revoked']).toContain(outcome)
    }
  })

  it('a deletion and uploads leave no file but those of existing users', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const person = nextUser()
      const login = await testApp.login(person)
      const code = await testApp.code(person)
      const answers = await together(
        () => upload(login),
        () => post('POST /v1/me/delete', { proof: { code } }, login.accessToken),
        () => upload(login),
      )
      expect(answers[1]?.status).toBe(204)
      for (const outcome of outcomes(answers)) expect([200, 204, 'session_revoked']).toContain(outcome)
    }
  })

  it('an unbinding and logins of that user: the same user, or a new one, never half of one', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const person = nextUser()
      const { user, accessToken } = await register({ code: await testApp.code(person) })
      const codes = await Promise.all(Array.from({ length: 5 }, () => testApp.code(person)))
      const logins = codes.map((code) => () => post('POST /v1/auth/login', { code }))
      const unbind = () => post('POST /v1/me/wechat/unbind', { proof: { password } }, accessToken)
      const [unbound, ...answers] = await together(unbind, ...logins)
      expect(unbound?.status).toBe(200)
      // Refused: who was on the way into the old account.
      for (const outcome of outcomes(answers)) expect([200, 'session_revoked']).toContain(outcome)
      expect(await prisma().wechatIdentity.count({ where: { userId: user.id } })).toBe(0)
      const login = await testApp.login(person)
      expect(login.user.id).not.toBe(user.id)
      // Nobody came into the old account by WeChat after the unbinding, and stayed.
      const alive = { userId: user.id, revokedAt: null, openid: { not: null } }
      expect(await prisma().session.count({ where: alive })).toBe(0)
    }
  })

  it('two merges that share an account: both or one, and never half of one', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const [one, two] = [nextUser(), nextUser()]
      const older = await register()
      const logins = [await testApp.login(one), await testApp.login(two)]
      const tickets = [await ticketOf(older, one), await ticketOf(older, two)]
      const proofs = [await testApp.code(one), await testApp.code(two)]
      const own = [await testApp.code(one), await testApp.code(two)]
      const answers = await together(
        // As the one that goes in every other round, so that the asking session is not ended by the other merge.
        ...[0, 1].map(
          (index) => () =>
            round % 2
              ? post(
                  'POST /v1/me/merge',
                  { ticket: tickets[index], proof: { code: own[index] }, otherProof: { password } },
                  logins[index]?.accessToken,
                )
              : post(
                  'POST /v1/me/merge',
                  { ticket: tickets[index], proof: { password }, otherProof: { code: proofs[index] } },
                  older.accessToken,
                ),
        ),
      )
      // Of two by one session the slower one's token is from before.
      for (const outcome of outcomes(answers))
        expect([200, 'merge_ticket_invalid', 'session_revoked', 'access_token_expired']).toContain(outcome)
      expect(outcomes(answers)).toContain(200)
      const deleted = await prisma().user.count({
        where: { id: { in: logins.map(({ user }) => user.id) }, status: 'deleted' },
      })
      expect(deleted).toBe(answers.filter(({ status }) => status === 200).length)
    }
  })

  it('a registration and one-tap logins of one user create one account with one number', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const person = nextUser()
      await setPhone(person, `137${String(persons).padStart(8, '2')}`)
      const before = await prisma().user.count()
      const code = await testApp.code(person)
      const bodies = []
      for (let index = 0; index < 4; index += 1)
        bodies.push({ loginCode: await testApp.code(person), phoneCode: await testApp.phoneCode(person) })
      const [registered, ...logins] = await together(
        () => post('POST /v1/auth/register', { username: `racing-${persons}`, password, code }),
        ...bodies.map((body) => () => post('POST /v1/auth/phone-login', body)),
      )
      expect(outcomes(logins)).toEqual(Array(4).fill(200))
      expect([200, 'account_conflict']).toContain(outcomes([registered as Answer])[0])
      expect(await prisma().user.count()).toBe(before + 1)
      expect(new Set(logins.map(({ body }) => body.user.id)).size).toBe(1)
    }
  })

  describe("with WeChat's verdict on an avatar", () => {
    const verdict = (traceId: string) =>
      applyAvatarVerdict(testApp, {
        appId: firstApp,
        traceId,
        suggest: 'risky',
      }).then(() => ({ status: 200 }) as Answer)
    async function asked() {
      const accounts = await twoAccounts()
      await upload(accounts.newer)
      const where = { userId: accounts.newer.user.id }
      const { traceId } = await eventually(() => prisma().avatarCheck.findFirstOrThrow({ where }))
      return { ...accounts, traceId }
    }

    it('a merge and the verdict do not wait for each other, and the verdict finds the avatar', async () => {
      for (let round = 0; round < rounds; round += 1) {
        const { older, merge, traceId } = await asked()
        const answers = await interleave(testApp.database, await merge(), () => verdict(traceId))
        expect(outcomes(answers)).toEqual([200, 200])
        expect(await prisma().user.findUnique({ where: { id: older.user.id } })).toMatchObject({
          avatarKey: null,
        })
      }
    })

    it('the verdict and a following merge or deletion do not wait for each other', async () => {
      for (let round = 0; round < rounds; round += 1) {
        const { person, newer, merge, traceId } = await asked()
        const code = await testApp.code(person)
        const deleteAccount = () => post('POST /v1/me/delete', { proof: { code } }, newer.accessToken)
        const answers = await interleave(
          testApp.database,
          () => verdict(traceId),
          round % 2 ? await merge() : deleteAccount,
        )
        for (const { status } of answers) expect(status).toBeLessThan(300)
      }
    })

    it('a verdict after a deletion is stored for no user', async () => {
      const person = nextUser()
      const login = await testApp.login(person)
      await upload(login)
      const userId = login.user.id
      await eventually(async () => expect(await prisma().avatarCheck.count({ where: { userId } })).toBe(1))
      const { avatarKey } = await prisma().user.findUniqueOrThrow({ where: { id: userId } })
      const code = await testApp.code(person)
      const deleting = await testApp.database.transaction(async (query) => {
        await query`LOCK TABLE avatar_checks IN SHARE MODE`
        // WeChat has answered: its trace_id is about to be written.
        await waitUntilBlocked(testApp.database, () =>
          addJob(prisma(), 'check_avatar', { userId, key: avatarKey ?? '' }),
        )
        return waitUntilBlocked(testApp.database, () =>
          post('POST /v1/me/delete', { proof: { code } }, login.accessToken),
        )
      })
      expect((await deleting.answer).status).toBe(204)
    })
  })

  it('a message about an openid that a merge moves reaches the account that stays', async () => {
    const { person, older, merge } = await twoAccounts()
    const event = () =>
      testApp
        .control('POST', 'push-event', {
          appId: firstApp,
          person,
          event: 'user_authorization_revoke',
          revokeInfo: '8',
        })
        .then(() => ({ status: 200 }) as Answer)
    const [merged] = await interleave(testApp.database, await merge(), event)
    expect(merged?.status).toBe(200)
    await expectSound()
    expect(await prisma().user.findUnique({ where: { id: older.user.id } })).toMatchObject({
      phoneMasked: null,
    })
  })
})
