import { describe, expect, it } from 'vitest'
import { codeOf, password, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { merge, ticketOf, twoAccounts } from '../support/merging.ts'
import { nextPerson } from '../support/next-user.ts'
import { useWorld } from '../support/use-test-app.ts'
import { firstApp, problem } from '../support/test-app.ts'

describe.runIf(hasDatabase)('merging two accounts', () => {
  const world = useWorld()

  const prisma = () => world.database.prisma
  const me = (token: string) => world.call('GET /v1/me', { token })

  it('works once', async () => {
    const { person, account, ticket } = await twoAccounts(world)
    const { body } = await merge(world, account.accessToken, ticket, await codeOf(world, person))
    expect(await merge(world, body.accessToken, ticket, await codeOf(world, person))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
  })

  it('ends all other tickets of either account', async () => {
    const { person, account, ticket } = await twoAccounts(world)
    const other = nextPerson()
    const third = await world.login(other)
    const another = await ticketOf(world, account, other)
    const { body } = await merge(world, account.accessToken, ticket, await codeOf(world, person))
    expect(await merge(world, body.accessToken, another, await codeOf(world, other))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
    expect((await me(third.accessToken)).status).toBe(200)
  })

  it('is for the two alone, for five minutes, and for the ticket as it was given', async () => {
    const { person, account, ticket } = await twoAccounts(world)
    const stranger = await world.login(nextPerson())
    const proof = { code: 'not even looked at' }
    const invalid = problem('merge_ticket_invalid', 400)
    expect(await merge(world, stranger.accessToken, ticket, proof)).toMatchObject(invalid)
    const [id, secret = ''] = ticket.split('.')
    for (const garbled of [
      'x',
      `${id}.${secret.slice(1)}A`,
      `${id}`,
      `${id}.${secret}x`,
      `${id?.toUpperCase()}.${secret}`,
    ])
      expect(await merge(world, account.accessToken, garbled, proof)).toMatchObject(invalid)
    await prisma().mergeTicket.update({ where: { id: id ?? '' }, data: { expiresAt: new Date() } })
    expect(await merge(world, account.accessToken, ticket, await codeOf(world, person))).toMatchObject(
      invalid,
    )
    expect((await me(account.accessToken)).status).toBe(200)
  })

  it('changes nothing for a wrong proof, leaves the ticket alive, and hears five proofs', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(world)
    const before = [await userOf(world, account.user.id), await userOf(world, wechat.user.id)]
    const { accessToken } = account
    const other = nextPerson()
    await world.login(other)
    expect(await merge(world, accessToken, ticket, { password })).toMatchObject(
      problem('password_not_set', 409),
    )
    expect(await merge(world, accessToken, ticket, await codeOf(world, other))).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(world, accessToken, ticket, await codeOf(world, nextPerson()))).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(world, accessToken, ticket, { code: 'unknown' })).toMatchObject(
      problem('code_invalid', 400),
    )
    expect(await merge(world, wechat.accessToken, ticket, { password: 'wrong' })).toMatchObject(
      problem('credentials_invalid', 400),
    )
    const refused = await merge(world, accessToken, ticket, await codeOf(world, person))
    expect(refused).toMatchObject(problem('rate_limited', 429))
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(200)
    expect([await userOf(world, account.user.id), await userOf(world, wechat.user.id)]).toEqual(before)
    const again = await ticketOf(world, account, person)
    expect((await merge(world, accessToken, again, await codeOf(world, person))).status).toBe(200)
  })

  it.each([{}, { password: 'x', code: 'x' }, { appId: firstApp }])(
    'refuses %o as no proof',
    async (proof) => {
      const { account, ticket } = await twoAccounts(world)
      const answer = await merge(world, account.accessToken, ticket, proof)
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
  ] as const)('is refused when the other became %s after the ticket was given', async (_, change) => {
    const { person, account, wechat, ticket } = await twoAccounts(world)
    await prisma().user.update({ where: { id: wechat.user.id }, data: change })
    expect(await merge(world, account.accessToken, ticket, await codeOf(world, person))).toMatchObject(
      problem('merge_ticket_invalid', 400),
    )
    expect(await prisma().wechatIdentity.count({ where: { userId: wechat.user.id } })).toBe(1)
    expect((await me(account.accessToken)).status).toBe(200)
  })

  it('is not offered for an admin or somebody banned', async () => {
    const person = nextPerson()
    const account = await register(world)
    const { user } = await world.login(person)
    await prisma().user.update({ where: { id: user.id }, data: { role: 'admin' } })
    const answer = await world.call('PUT /v1/me/wechat', {
      token: account.accessToken,
      body: { code: await world.code(person), proof: { password } },
    })
    expect(answer).toMatchObject(problem('account_conflict', 409))
    expect(answer.body.conflict).toMatchObject({ ticket: null, ticketExpiresAt: null })
  })

  it('is void when the WeChat account that asked belongs to somebody else by now', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(world)
    const third = await world.login(nextPerson())
    const { openid } = await prisma().wechatIdentity.findFirstOrThrow({ where: { userId: wechat.user.id } })
    const where = { appId_openid: { appId: firstApp, openid } }
    await prisma().wechatIdentity.update({ where, data: { userId: third.user.id } })
    expect(await merge(world, wechat.accessToken, ticket, { password })).toMatchObject(
      problem('different_account', 409),
    )
    expect(await merge(world, account.accessToken, ticket, await codeOf(world, person))).toMatchObject(
      problem('different_account', 409),
    )
  })
})
