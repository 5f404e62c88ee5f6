import { describe, expect, it } from 'vitest'
import { bindUnboundApp, codeOf, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { merge, ticketOf } from '../support/merging.ts'
import { nextPerson } from '../support/next-user.ts'
import { useWorld } from '../support/use-test-app.ts'
import { firstApp, secondApp, unboundApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('merging two accounts', () => {
  const world = useWorld()

  describe('when a unionid joins two accounts', () => {
    it('offers the merge with the one login that brought it, and joins them', async () => {
      const person = nextPerson()
      const other = await world.login(person, { appId: unboundApp })
      const known = await world.login(person, { appId: firstApp })
      await bindUnboundApp(world)
      const login = await world.login(person, { appId: unboundApp })
      expect(login).toMatchObject({
        isNewUser: false,
        user: { id: other.user.id },
        conflict: { ticket: expect.any(String), other: { hasWechat: true } },
      })
      expect(await world.login(person, { appId: unboundApp })).not.toHaveProperty('conflict')
      const answer = await merge(
        world,
        login.accessToken,
        String(login.conflict?.ticket),
        await codeOf(world, person, firstApp),
      )
      expect(answer).toMatchObject({ status: 200, body: { user: { id: other.user.id } } })
      expect((await world.login(person, { appId: firstApp })).user.id).toBe(other.user.id)
      expect(await userOf(world, known.user.id)).toMatchObject({ status: 'deleted' })
    })

    it('does not bind an identity whose person another account knows, but offers the merge', async () => {
      const person = nextPerson()
      await world.login(person, { appId: secondApp })
      const account = await register(world)
      const ticket = await ticketOf(world, account, person, firstApp)
      // Any of the mini programs of the company can prove it.
      expect(
        (await merge(world, account.accessToken, ticket, await codeOf(world, person, firstApp))).status,
      ).toBe(200)
    })

    it('leaves it to the next login when a session_key is renewed meanwhile', async () => {
      const person = nextPerson()
      const { accessToken } = await world.login(person, { appId: unboundApp })
      await world.login(person, { appId: firstApp })
      await bindUnboundApp(world)
      const body = { code: await world.code(person, unboundApp) }
      expect((await world.call('PUT /v1/me/wechat-session', { token: accessToken, body })).status).toBe(204)
      expect(await world.login(person, { appId: unboundApp })).toHaveProperty('conflict')
    })
  })
})
