import { describe, expect, it } from 'vitest'
import { bindUnboundApp, codeOf, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { merge, ticketOf } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { firstApp, secondApp, unboundApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('merging two accounts', () => {
  const testApp = useTestApp()

  describe('when a unionid shows that two accounts belong to one WeChat user', () => {
    it('offers the merge at the login that brought the unionid, and merges them', async () => {
      const person = nextUser()
      const other = await testApp.login(person, { appId: unboundApp })
      const known = await testApp.login(person, { appId: firstApp })
      await bindUnboundApp(testApp)
      const login = await testApp.login(person, { appId: unboundApp })
      expect(login).toMatchObject({
        isNewUser: false,
        user: { id: other.user.id },
        conflict: {
          ticket: expect.any(String),
          other: { nicknameMasked: expect.stringMatching(/^.\*\*$/u) },
        },
      })
      expect(await testApp.login(person, { appId: unboundApp })).not.toHaveProperty('conflict')
      const answer = await merge(
        testApp,
        login.accessToken,
        String(login.conflict?.ticket),
        await codeOf(testApp, person, firstApp),
      )
      expect(answer).toMatchObject({ status: 200, body: { user: { id: other.user.id } } })
      expect((await testApp.login(person, { appId: firstApp })).user.id).toBe(other.user.id)
      expect(await userOf(testApp, known.user.id)).toMatchObject({ status: 'deleted' })
    })

    it('does not bind an identity whose unionid belongs to another account, but offers the merge', async () => {
      const person = nextUser()
      await testApp.login(person, { appId: secondApp })
      const account = await register(testApp)
      const ticket = await ticketOf(testApp, account, person, firstApp)
      // Any of the mini programs of the company can prove it.
      expect(
        (await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person, firstApp))).status,
      ).toBe(200)
    })

    it('waits for the next login when the session_key is renewed meanwhile', async () => {
      const person = nextUser()
      const { accessToken } = await testApp.login(person, { appId: unboundApp })
      await testApp.login(person, { appId: firstApp })
      await bindUnboundApp(testApp)
      const body = { code: await testApp.code(person, unboundApp) }
      expect((await testApp.call('PUT /v1/me/wechat-session', { token: accessToken, body })).status).toBe(204)
      expect(await testApp.login(person, { appId: unboundApp })).toHaveProperty('conflict')
    })
  })
})
