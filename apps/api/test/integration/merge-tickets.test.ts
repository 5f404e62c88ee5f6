import { describe, expect, it } from 'vitest'
import { codeOf, password, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { merge, ticketOf, twoAccounts } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { firstApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('a merge ticket', () => {
  const testApp = useTestApp()

  const prisma = () => testApp.database.prisma
  const me = (token: string) => testApp.call('GET /v1/me', { token })

  it('works once', async () => {
    const { person, account, ticket } = await twoAccounts(testApp)
    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(await merge(testApp, body.accessToken, ticket, await codeOf(testApp, person))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
  })

  it('ends all other tickets of either account', async () => {
    const { person, account, ticket } = await twoAccounts(testApp)
    const other = nextUser()
    const third = await testApp.login(other)
    const another = await ticketOf(testApp, account, other)
    const { body } = await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(await merge(testApp, body.accessToken, another, await codeOf(testApp, other))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
    expect((await me(third.accessToken)).status).toBe(200)
  })

  it('works only for its two accounts, for five minutes, in its exact spelling', async () => {
    const { person, account, ticket } = await twoAccounts(testApp)
    const stranger = await testApp.login(nextUser())
    const proof = { code: 'not even looked at' }
    const invalid = problem('merge_ticket_invalid', 400)
    expect(await merge(testApp, stranger.accessToken, ticket, proof)).toMatchObject(invalid)
    const [id, secret = ''] = ticket.split('.')
    for (const garbled of [
      'x',
      `${id}.${secret.slice(1)}A`,
      `${id}`,
      `${id}.${secret}x`,
      `${id?.toUpperCase()}.${secret}`,
    ])
      expect(await merge(testApp, account.accessToken, garbled, proof)).toMatchObject(invalid)
    await prisma().mergeTicket.update({ where: { id: id ?? '' }, data: { expiresAt: new Date() } })
    expect(await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))).toMatchObject(
      invalid,
    )
    expect((await me(account.accessToken)).status).toBe(200)
  })

  it('survives a wrong proof, which changes nothing, up to five proofs', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const before = [await userOf(testApp, account.user.id), await userOf(testApp, wechat.user.id)]
    const { accessToken } = account
    const other = nextUser()
    await testApp.login(other)
    expect(await merge(testApp, accessToken, ticket, { password })).toMatchObject(
      problem('password_not_set', 409),
    )
    expect(await merge(testApp, accessToken, ticket, await codeOf(testApp, other))).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(testApp, accessToken, ticket, await codeOf(testApp, nextUser()))).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(testApp, accessToken, ticket, { code: 'unknown' })).toMatchObject(
      problem('code_invalid', 400),
    )
    expect(await merge(testApp, wechat.accessToken, ticket, { password: 'wrong' })).toMatchObject(
      problem('credentials_invalid', 400),
    )
    const refused = await merge(testApp, accessToken, ticket, await codeOf(testApp, person))
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(200)
    expect([await userOf(testApp, account.user.id), await userOf(testApp, wechat.user.id)]).toEqual(before)
    const again = await ticketOf(testApp, account, person)
    expect((await merge(testApp, accessToken, again, await codeOf(testApp, person))).status).toBe(200)
  })

  it.each([{}, { password: 'x', code: 'x' }, { appId: firstApp }])(
    'is rejected with %o instead of a proof',
    async (proof) => {
      const { account, ticket } = await twoAccounts(testApp)
      const answer = await merge(testApp, account.accessToken, ticket, proof)
      expect(answer.body).toMatchObject({
        code: 'invalid_request',
        detail: expect.stringContaining('body/otherProof'),
      })
    },
  )

  it.each([
    ['an admin', { role: 'admin' }],
    ['banned', { status: 'banned' }],
    ['deleted', { status: 'deleted' }],
  ] as const)(
    'is rejected when the other account became %s after the ticket was issued',
    async (_, change) => {
      const { person, account, wechat, ticket } = await twoAccounts(testApp)
      await prisma().user.update({ where: { id: wechat.user.id }, data: change })
      expect(await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))).toMatchObject(
        problem('merge_ticket_invalid', 400),
      )
      expect(await prisma().wechatIdentity.count({ where: { userId: wechat.user.id } })).toBe(1)
      expect((await me(account.accessToken)).status).toBe(200)
    },
  )

  it('is not issued for an admin or a banned user', async () => {
    const person = nextUser()
    const account = await register(testApp)
    const { user } = await testApp.login(person)
    await prisma().user.update({ where: { id: user.id }, data: { role: 'admin' } })
    const answer = await testApp.call('PUT /v1/me/wechat', {
      token: account.accessToken,
      body: { code: await testApp.code(person), proof: { password } },
    })
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict).toMatchObject({ ticket: null, ticketExpiresAt: null })
  })

  it('is void when the WeChat account that asked belongs to another user by then', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    const third = await testApp.login(nextUser())
    const { openid } = await prisma().wechatIdentity.findFirstOrThrow({ where: { userId: wechat.user.id } })
    const where = { openid_appId: { appId: firstApp, openid } }
    await prisma().wechatIdentity.update({ where, data: { userId: third.user.id } })
    expect(await merge(testApp, wechat.accessToken, ticket, { password })).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))).toMatchObject(
      problem('different_account', 409),
    )
  })
})
