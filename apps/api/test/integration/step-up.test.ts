import { api, type Endpoint, type EndpointKey, type LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { codeOf, password, register } from '../support/accounts.ts'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { ticketOf } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { type Answer, firstApp, secondApp, unboundApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

/** An endpoint that takes a proof by the caller. */
const keys = (Object.keys(api) as EndpointKey[]).filter((key) => has(api[key], 'body', 'proof'))

/** Whether the body or the response of an endpoint has such a property. */
function has(endpoint: Endpoint, part: 'body' | 'response', property: string): boolean {
  const { properties } = (endpoint[part] ?? {}) as { properties?: object }
  return properties !== undefined && property in properties
}

describe.runIf(hasDatabase)('an operation that needs a proof by the caller', () => {
  const testApp = useTestApp()
  const prisma = () => testApp.database.prisma

  /** A user with a WeChat account, a phone number and a password, and another session of theirs. */
  type Victim = LoginResult & { person: string; others: LoginResult[]; path?: string }
  async function victimOf(key: EndpointKey): Promise<Victim> {
    const person = nextUser()
    const [first] = key.includes('/admin/')
      ? [await loginAsAdmin(testApp, person)]
      : [await testApp.login(person)]
    const { accessToken: token } = first
    const body = { newPassword: password, username: `victim-${person}`, proof: await codeOf(testApp, person) }
    const withPassword = await testApp.call('PUT /v1/me/password', { token, body })
    const phone = { code: await testApp.phoneCode(person), proof: { password } }
    const asked = await testApp.call('POST /v1/me/phone', {
      token: withPassword.body.accessToken,
      body: phone,
    })
    if (asked.status !== 200) throw new Error(asked.text)
    const others = [await testApp.login(person)]
    return { ...asked.body, person, others }
  }

  /** What a body has besides the proof, and what the path is where it names something. */
  const cases: Record<string, (victim: Victim) => Promise<{ body?: object; path?: string }>> = {
    'POST /v1/auth/logout-all': async () => ({}),
    'PUT /v1/me/password': async () => ({ body: { newPassword: 'another horse staple' } }),
    // A mini program of another company: another WeChat account, which nothing ties to this one.
    'PUT /v1/me/wechat': async () => ({ body: await codeOf(testApp, nextUser(), unboundApp) }),
    'POST /v1/me/wechat/unbind': async () => ({}),
    'POST /v1/me/merge': async (victim) => {
      const other = await register(testApp)
      const ticket = await ticketOf(testApp, other, victim.person)
      return { body: { ticket, otherProof: { password } } }
    },
    'POST /v1/me/phone': async ({ person }) => {
      const phoneNumber = `137${nextUser().slice('person-'.length).padStart(8, '0')}`
      await testApp.control('PUT', 'phone', { person, phoneNumber })
      return { body: { code: await testApp.phoneCode(person) } }
    },
    'POST /v1/me/phone/delete': async () => ({}),
    'POST /v1/me/sessions/:id/revoke': async ({ others: [other] }) => ({
      path: `POST /v1/me/sessions/${sessionIdOf(other as LoginResult)}/revoke`,
    }),
    'POST /v1/me/export': async () => ({}),
    'POST /v1/me/delete': async () => ({}),
    'PUT /v1/admin/users/:id/role': async () => ({
      path: `PUT /v1/admin/users/${(await testApp.login(nextUser())).user.id}/role`,
      body: { role: 'admin' },
    }),
  }

  /** What changes who can get into an account answers with new tokens. */
  const changing = keys.filter((key) => has(api[key], 'response', 'refreshToken'))

  /** All rows that say who can get in, but for the session_key, which every code renews. */
  const stateOf = async () => [
    await prisma().user.findMany({ orderBy: { id: 'asc' } }),
    await prisma().wechatIdentity.findMany({
      select: { appId: true, openid: true, userId: true },
      orderBy: { createdAt: 'asc' },
    }),
    await prisma().phone.findMany({ orderBy: { userId: 'asc' } }),
    await prisma().password.findMany({ orderBy: { userId: 'asc' } }),
    await prisma().session.findMany({ orderBy: { id: 'asc' } }),
    await prisma().mergeTicket.findMany({ orderBy: { id: 'asc' } }),
  ]

  const rejectionsOf = (userId: string) =>
    prisma().auditEvent.findMany({ where: { userId, type: 'proof_rejected' }, orderBy: { id: 'asc' } })

  async function usedCode(person: string): Promise<{ code: string }> {
    const proof = await codeOf(testApp, person)
    await testApp.login(person, proof)
    return proof
  }

  /** What a thief can put in the place of the proof. */
  const wrongProofs: [string, (victim: Victim) => Promise<object | undefined>, string[]][] = [
    ['no proof', async () => undefined, ['invalid_request', 'proof_required']],
    ['no proof, but a null', async () => ({ proof: null }), ['invalid_request']],
    ['an empty proof', async () => ({ proof: {} }), ['invalid_request']],
    [
      'both kinds of proof',
      async ({ person }) => ({ proof: { ...(await codeOf(testApp, person)), password } }),
      ['invalid_request'],
    ],
    [
      'a code of the thief',
      async () => ({ proof: await codeOf(testApp, nextUser()) }),
      ['different_account'],
    ],
    [
      'a code of the thief in another mini program',
      async () => ({ proof: await codeOf(testApp, nextUser(), unboundApp) }),
      ['different_account'],
    ],
    [
      "a code of the thief's own account",
      async () => {
        const person = nextUser()
        await testApp.login(person)
        return { proof: await codeOf(testApp, person) }
      },
      ['different_account'],
    ],
    ["the password of the thief's own account", async () => thiefPassword(), ['credentials_invalid']],
    ['a wrong password', async () => ({ proof: { password: `${password}.` } }), ['credentials_invalid']],
    ['a code that was used', async ({ person }) => ({ proof: await usedCode(person) }), ['code_used']],
    ['a code that WeChat does not know', async () => ({ proof: { code: 'made-up' } }), ['code_invalid']],
    [
      'a code of another mini program than it says',
      async ({ person }) => ({ proof: { code: await testApp.code(person, secondApp), appId: firstApp } }),
      ['code_invalid'],
    ],
    [
      'the code of the phone button',
      async ({ person }) => ({ proof: { code: await testApp.phoneCode(person) } }),
      ['code_invalid'],
    ],
  ]
  async function thiefPassword(): Promise<object> {
    const own = 'my own secret horse'
    await register(testApp, { password: own })
    return { proof: { password: own } }
  }

  it('is tested here for every endpoint of the contract that takes a proof', () => {
    expect(Object.keys(cases).sort()).toEqual([...keys].sort())
    expect(changing.length).toBeGreaterThanOrEqual(6)
  })

  it.each(keys)(
    '%s changes and reveals nothing without a right proof, and audits the attempt',
    async (key) => {
      const victim = await victimOf(key)
      const { accessToken: token, user } = victim
      for (const [name, proofOf, codes] of wrongProofs) {
        const { body, path } = await (cases[key] as (typeof cases)[string])(victim)
        const wrong = await proofOf(victim)
        const before = await stateOf()
        const rejections = (await rejectionsOf(user.id)).length
        const answer: Answer = await testApp.call(path ?? key, { token, body: { ...body, ...wrong } })
        expect(codes, `${name}: ${answer.text}`).toContain(answer.body.code)
        expect(answer.body.conflict, name).toBeUndefined()
        expect(await stateOf(), name).toEqual(before)
        const entries = await rejectionsOf(user.id)
        if (answer.body.code === 'invalid_request') expect(entries.length, name).toBe(rejections)
        // Ten an hour: see the test of the bound.
        else if (rejections < 10)
          expect(entries.slice(rejections), name).toMatchObject([
            { code: answer.body.code, data: { reason: key }, actorId: null },
          ])
      }
    },
  )

  it.each(keys.flatMap((key) => (['code', 'password'] as const).map((kind) => [key, kind] as const)))(
    '%s accepts a right proof by %s',
    async (key, kind) => {
      const victim = await victimOf(key)
      const { accessToken: token } = victim
      const { body, path } = await (cases[key] as (typeof cases)[string])(victim)
      const proof = kind === 'code' ? await codeOf(testApp, victim.person) : { password }
      const answer = await testApp.call(path ?? key, { token, body: { ...body, proof } })
      expect([200, 204], answer.text).toContain(answer.status)
      expect(await rejectionsOf(victim.user.id)).toEqual([])
    },
  )

  it.each(changing)('%s revokes the previous tokens and returns new ones that work', async (key) => {
    const victim = await victimOf(key)
    const [other] = victim.others as [LoginResult]
    const { body, path } = await (cases[key] as (typeof cases)[string])(victim)
    const answer = await testApp.call(path ?? key, {
      token: victim.accessToken,
      body: { ...body, proof: await codeOf(testApp, victim.person) },
    })
    expect(answer.status, answer.text).toBe(200)
    const me = async (accessToken: string) =>
      (await testApp.call('GET /v1/me', { token: accessToken })).status
    const refresh = (refreshToken: string) =>
      testApp.call('POST /v1/auth/refresh', { body: { refreshToken } })
    for (const { accessToken, refreshToken } of [victim, other]) {
      expect(await me(accessToken)).toBe(401)
      expect((await refresh(refreshToken)).status).toBe(401)
    }
    expect(await me(answer.body.accessToken)).toBe(200)
    const next = await refresh(answer.body.refreshToken)
    expect(next.status).toBe(200)
    expect(await me(next.body.accessToken)).toBe(200)
  })

  it('audits ten rejected proofs per account and hour, however many there are', async () => {
    const { accessToken: token, user } = await register(testApp)
    for (let attempt = 0; attempt < 15; attempt += 1)
      await testApp.call('POST /v1/me/delete', {
        token,
        body: { proof: { password: `guess number ${attempt}` } },
      })
    expect(await rejectionsOf(user.id)).toHaveLength(10)
  })

  it('POST /v1/me/merge audits a rejected proof of the other account there, and keeps the ticket', async () => {
    const person = nextUser()
    const [account, other] = [await register(testApp), await testApp.login(person)]
    const ticket = await ticketOf(testApp, account, person)
    const merge = (proofs: object) =>
      testApp.call('POST /v1/me/merge', { token: account.accessToken, body: { ticket, ...proofs } })
    const right = { proof: { password }, otherProof: await codeOf(testApp, person) }
    expect(await merge({ ...right, proof: { password: 'wrong wrong' } })).toMatchObject({ status: 400 })
    expect(await rejectionsOf(account.user.id)).toHaveLength(1)
    expect(await merge({ ...right, otherProof: await codeOf(testApp, nextUser()) })).toMatchObject({
      body: { code: 'different_account' },
    })
    expect(await rejectionsOf(account.user.id)).toHaveLength(1)
    expect(await rejectionsOf(other.user.id)).toMatchObject([
      { code: 'different_account', data: { reason: 'POST /v1/me/merge' } },
    ])
    // Neither the ticket nor the code of the other account was used up.
    expect((await merge(right)).status).toBe(200)
  })

  it('PUT /v1/me/wechat needs no proof when the unionid leads to the account', async () => {
    const person = nextUser()
    const { accessToken: token, user } = await testApp.login(person)
    const body = await codeOf(testApp, person, secondApp)
    const bound = await testApp.call('PUT /v1/me/wechat', { token, body })
    expect([bound.status, bound.body.user?.id]).toEqual([200, user.id])
    const again = await testApp.call('PUT /v1/me/wechat', {
      token: bound.body.accessToken,
      body: await codeOf(testApp, person, secondApp),
    })
    expect(again.status).toBe(200)
    expect(await rejectionsOf(user.id)).toEqual([])
  })

  it('POST /v1/auth/logout needs no proof', async () => {
    const { accessToken: token } = await testApp.login(nextUser())
    expect((await testApp.call('POST /v1/auth/logout', { token })).status).toBe(204)
  })
})
