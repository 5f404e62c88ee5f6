import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { interleave, waitUntilBlocked } from '../support/interleave.ts'
import {
  type Answer,
  createTestApp,
  firstApp,
  problem,
  secondApp,
  type TestApp,
  unboundApp,
} from '../support/test-app.ts'

const password = 'correct horse battery'

/** Only a real server has several connections, so only there can these meet. */
describe.runIf(hasDatabase)('concurrent changes of accounts', () => {
  let testApp: TestApp
  let people = 0
  beforeAll(async () => {
    testApp = await createTestApp({ WECHAT_TIMEOUT_MS: '5000' })
  })
  afterAll(() => testApp?.close())

  const prisma = () => testApp.database.prisma
  const nextUser = () => {
    people += 1
    return `person-${people}`
  }
  const outcomes = (answers: Answer[]) => answers.map(({ status, body }) => body?.code ?? status)
  const post = (key: string, body: object, token?: string) =>
    testApp.call(key, { body, ...(token ? { token } : {}) })
  const register = (username: string, body: object = {}) =>
    post('POST /v1/auth/register', { username, password, ...body })
  async function account(body: object = {}): Promise<LoginResult> {
    people += 1
    const answer = await register(`account-${people}`, body)
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.body
  }
  const codes = (count: number, person: string, appId?: string) =>
    Promise.all(Array.from({ length: count }, () => testApp.code(person, appId)))
  /** No account is alive without a way in, or gone with one. */
  async function expectOneOwner(userId: string) {
    const deleted = await prisma().user.findMany({
      where: { status: 'deleted' },
      select: { id: true, lastLoginIp: true, _count: { select: { wechatIdentities: true, sessions: true } } },
    })
    for (const { lastLoginIp, _count } of deleted)
      expect({ lastLoginIp, ..._count }).toEqual({ lastLoginIp: '0.0.0.0', wechatIdentities: 0, sessions: 0 })
    expect((await prisma().user.findUniqueOrThrow({ where: { id: userId } })).status).toBe('active')
  }

  it('registrations of one username create one account', async () => {
    const before = await prisma().user.count()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => register(index % 2 ? 'Same-Name' : 'same-name')),
    )
    expect(outcomes(answers).sort()).toEqual([200, ...Array(19).fill('username_taken')])
    expect(await prisma().user.count()).toBe(before + 1)
    expect(await prisma().password.count()).toBe(
      await prisma().user.count({ where: { username: { not: null } } }),
    )
  })

  it('registrations with codes of one WeChat user create one account', async () => {
    const person = nextUser()
    const before = await prisma().user.count()
    const all = [...(await codes(6, person, firstApp)), ...(await codes(6, person, secondApp))]
    const answers = await Promise.all(
      all.map((code, index) =>
        register(`racer-${people}-${index}`, { code, appId: index < 6 ? firstApp : secondApp }),
      ),
    )
    expect(outcomes(answers).sort()).toEqual([200, ...Array(11).fill('account_conflict')])
    expect(await prisma().user.count()).toBe(before + 1)
  })

  it('a registration with a code and first logins of the same WeChat user create one user', async () => {
    const person = nextUser()
    const before = await prisma().user.count()
    const [code, ...others] = await codes(9, person)
    const [registered, ...logins] = await Promise.all([
      register(`mixed-${people}`, { code }),
      ...others.map((other) => post('POST /v1/auth/login', { code: other })),
    ])
    expect(logins.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await prisma().user.count()).toBe(before + 1)
    const ids = new Set(logins.map(({ body }) => body.user.id))
    expect(ids.size).toBe(1)
    if (registered?.status === 200) expect(ids).toContain(registered.body.user.id)
    else expect(registered?.body.code).toBe('account_conflict')
  })

  it('bindings of one identity to two accounts bind one and return a conflict to the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = nextUser()
      const [one, two] = [await account(), await account()]
      const tries = await codes(6, person)
      const answers = await Promise.all(
        tries.map((code, index) =>
          post('PUT /v1/me/wechat', { code, proof: { password } }, (index % 2 ? one : two).accessToken),
        ),
      )
      const [first, ...others] = outcomes(answers).sort()
      expect(first).toBe(200)
      // The first left no token from before working.
      for (const outcome of others) expect(['access_token_expired', 'account_conflict']).toContain(outcome)
      const identities = await prisma().wechatIdentity.findMany({
        where: { userId: { in: [one.user.id, two.user.id] } },
      })
      expect(identities).toHaveLength(1)
    }
  })

  it('bindings of two WeChat users to one account bind one of them', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, two] = [nextUser(), nextUser()]
      const { accessToken, user } = await account()
      const answers = await Promise.all(
        [await testApp.code(one), await testApp.code(two)].map((code) =>
          post('PUT /v1/me/wechat', { code, proof: { password } }, accessToken),
        ),
      )
      expect(outcomes(answers).sort()).toEqual([200, 'access_token_expired'])
      expect(await prisma().wechatIdentity.count({ where: { userId: user.id } })).toBe(1)
    }
  })

  it('two first passwords store one username', async () => {
    const person = nextUser()
    const { accessToken, user } = await testApp.login(person)
    const [one, two] = await codes(2, person)
    const answers = await Promise.all(
      [one, two].map((code, index) =>
        post(
          'PUT /v1/me/password',
          { proof: { code }, newPassword: password, username: `twice-${index}` },
          accessToken,
        ),
      ),
    )
    expect(outcomes(answers).sort()).toEqual([200, 'access_token_expired'])
    const { username } = await prisma().user.findUniqueOrThrow({ where: { id: user.id } })
    expect(username).toBe(answers[0]?.status === 200 ? 'twice-0' : 'twice-1')
  })

  it('a registration and a reset by the same WeChat user leave a password that works', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = nextUser()
      const [first = '', second = ''] = await codes(2, person)
      const newPassword = 'another horse staple'
      const [registered, reset] = await Promise.all([
        register(`reset-${people}`, { code: first }),
        post('POST /v1/auth/password-reset', { code: second, newPassword }),
      ])
      expect(registered.status).toBe(200)
      expect([204, 409]).toContain(reset.status)
      const typed = reset.status === 204 ? newPassword : password
      const login = await post('POST /v1/auth/password-login', {
        username: `reset-${people}`,
        password: typed,
      })
      expect(login.status).toBe(200)
    }
  })

  it('a login with the old password leaves no session after a reset', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = nextUser()
      const { user } = await account({ code: await testApp.code(person) })
      const code = await testApp.code(person)
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () =>
          post('POST /v1/auth/password-login', { username: String(user.username), password }),
        ),
        post('POST /v1/auth/password-reset', { code, newPassword: 'another horse staple' }),
      ])
      expect(answers.at(-1)?.status).toBe(204)
      expect(await prisma().session.count({ where: { userId: user.id, revokedAt: null } })).toBe(0)
    }
  })

  describe('merges', () => {
    /** Somebody with an account of a password and one of WeChat, and a ticket. */
    async function twoAccounts() {
      const person = nextUser()
      const older = await account()
      const newer = await testApp.login(person)
      return { person, older, newer, ticket: await ticketOf(older, person) }
    }
    async function ticketOf({ accessToken }: LoginResult, person: string): Promise<string> {
      const code = await testApp.code(person)
      const { body } = await post('PUT /v1/me/wechat', { code, proof: { password } }, accessToken)
      return body.conflict.ticket
    }

    it('with one ticket, from either account: one succeeds', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { person, older, newer, ticket } = await twoAccounts()
        const [one, two, three] = await codes(3, person)
        const answers = await Promise.all([
          post(
            'POST /v1/me/merge',
            { ticket, proof: { password }, otherProof: { code: one } },
            older.accessToken,
          ),
          post(
            'POST /v1/me/merge',
            { ticket, proof: { code: three }, otherProof: { password } },
            newer.accessToken,
          ),
          post(
            'POST /v1/me/merge',
            { ticket, proof: { password }, otherProof: { code: two } },
            older.accessToken,
          ),
        ])
        const statuses = answers.map(({ status }) => status)
        expect(statuses.filter((status) => status === 200)).toHaveLength(1)
        expect(statuses.filter((status) => status >= 500)).toEqual([])
        const events = { userId: older.user.id, type: 'accounts_merged' }
        expect(await prisma().auditEvent.count({ where: events })).toBe(1)
        await expectOneOwner(older.user.id)
      }
    })

    it('of three accounts in a ring leave no account half merged', async () => {
      const [one, two] = [nextUser(), nextUser()]
      const older = await account()
      const second = await testApp.login(one)
      const third = await testApp.login(two)
      const ticketOf = async ({ accessToken }: LoginResult, person: string) => {
        const body = { code: await testApp.code(person), proof: await testApp.proofOf(accessToken) }
        return (await post('PUT /v1/me/wechat', body, accessToken)).body.conflict.ticket as string
      }
      const tickets = [await ticketOf(older, one), await ticketOf(second, two), await ticketOf(third, one)]
      const [first, ...rest] = [await testApp.code(one), await testApp.code(two), await testApp.code(one)]
      const proofs = [{ password }, { code: await testApp.code(one) }, { code: await testApp.code(two) }]
      const answers = await Promise.all([
        post(
          'POST /v1/me/merge',
          { ticket: tickets[0], proof: proofs[0], otherProof: { code: first } },
          older.accessToken,
        ),
        post(
          'POST /v1/me/merge',
          { ticket: tickets[1], proof: proofs[1], otherProof: { code: rest[0] } },
          second.accessToken,
        ),
        post(
          'POST /v1/me/merge',
          { ticket: tickets[2], proof: proofs[2], otherProof: { code: rest[1] } },
          third.accessToken,
        ),
      ])
      expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
      await expectOneOwner(older.user.id)
    })

    it('and logins of the source account: no session and no data of it is left', async () => {
      for (let round = 0; round < 8; round += 1) {
        const { person, older, newer, ticket } = await twoAccounts()
        const [proof, ...others] = await codes(7, person)
        const answers = await Promise.all([
          ...others.slice(0, 3).map((code) => post('POST /v1/auth/login', { code })),
          post(
            'POST /v1/me/merge',
            { ticket, proof: { password }, otherProof: { code: proof } },
            older.accessToken,
          ),
          ...others.slice(3).map((code) => post('POST /v1/auth/login', { code })),
        ])
        expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
        expect(answers[3]?.status).toBe(200)
        const alive = { userId: newer.user.id, revokedAt: null }
        expect(await prisma().session.count({ where: alive })).toBe(0)
        await expectOneOwner(older.user.id)
        expect((await testApp.login(person)).user.id).toBe(older.user.id)
      }
    })

    it('and a first login from another mini program, which gets the account that stays', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { person, older, ticket } = await twoAccounts()
        const [proof, code] = [await testApp.code(person), await testApp.code(person, secondApp)]
        const [merged, login] = await Promise.all([
          post(
            'POST /v1/me/merge',
            { ticket, proof: { password }, otherProof: { code: proof } },
            older.accessToken,
          ),
          post('POST /v1/auth/login', { code, appId: secondApp, sharedAccount: 'join' }),
        ])
        expect(merged.status).toBe(200)
        expect(login.status).toBeLessThan(500)
        await expectOneOwner(older.user.id)
        expect((await testApp.login(person, { appId: secondApp })).user.id).toBe(older.user.id)
      }
    })

    it('block a first login from another mini program until the merge is over', async () => {
      const { person, older, ticket } = await twoAccounts()
      const [proof, code] = [await testApp.code(person), await testApp.code(person, secondApp)]
      const [merged, login] = await interleave(
        testApp.database,
        () =>
          post(
            'POST /v1/me/merge',
            { ticket, proof: { password }, otherProof: { code: proof } },
            older.accessToken,
          ),
        () => post('POST /v1/auth/login', { code, appId: secondApp, sharedAccount: 'join' }),
      )
      expect(merged?.status).toBe(200)
      expect(login).toMatchObject({ status: 200, body: { isNewUser: false, user: { id: older.user.id } } })
    })

    it('block a login by a phone number of the source account, which then returns a conflict', async () => {
      const { person, older, newer } = await twoAccounts()
      const stranger = nextUser()
      for (const owner of [person, stranger])
        await testApp.control('PUT', 'phone', { person: owner, phoneNumber: '13700000001' })
      const phone = { code: await testApp.phoneCode(person), proof: { code: await testApp.code(person) } }
      expect((await post('POST /v1/me/phone', phone, newer.accessToken)).status).toBe(200)
      // A changed login method ends the tickets from before.
      const ticket = await ticketOf(older, person)
      const code = await testApp.code(person)
      const body = {
        appId: unboundApp,
        loginCode: await testApp.code(stranger, unboundApp),
        phoneCode: await testApp.phoneCode(stranger, unboundApp),
      }
      const [merged, login] = await interleave(
        testApp.database,
        () =>
          post('POST /v1/me/merge', { ticket, proof: { password }, otherProof: { code } }, older.accessToken),
        () => post('POST /v1/auth/phone-login', body),
      )
      expect(merged?.status).toBe(200)
      expect(login).toMatchObject(problem('account_conflict', 409))
      // Of the one that stays, which has a password: the number is its own by now.
      expect(login?.body.conflict.other).toMatchObject({
        registeredAt: older.user.registeredAt,
        hasPassword: true,
      })
    })

    it('after a ban: nothing is merged', async () => {
      const { person, older, newer, ticket } = await twoAccounts()
      const code = await testApp.code(person)
      const merging = await testApp.database.transaction(async (query) => {
        await query`UPDATE users SET status = 'banned' WHERE id = ${newer.user.id}::uuid`
        return waitUntilBlocked(testApp.database, () =>
          post('POST /v1/me/merge', { ticket, proof: { password }, otherProof: { code } }, older.accessToken),
        )
      })
      expect((await merging.answer).body.code).toBe('merge_ticket_invalid')
      const { status } = await prisma().user.findUniqueOrThrow({ where: { id: newer.user.id } })
      expect(status).toBe('banned')
    })
  })
})
