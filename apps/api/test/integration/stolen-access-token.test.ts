import { describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { attackOn, phoneNumberOf } from '../support/attack.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { password } from '../support/password.ts'
import { firstApp, problem, secondApp, unboundApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('an attacker who has a stolen access token', () => {
  const testApp = useTestApp()
  const { prisma, post, setPhone, register, two, stateOf } = attackOn(testApp)

  it('cannot merge the account with their own, and gets no ticket', async () => {
    for (const appId of [firstApp, unboundApp]) {
      const { victim, ofVictim } = await two()
      const thief = nextUser()
      const own = await testApp.login(thief, { appId })
      const before = await stateOf(victim.user.id)
      const mine = async () => ({ code: await testApp.code(thief, appId), appId })
      const token = victim.accessToken
      expect(await post('PUT /v1/me/wechat', await mine(), token)).toMatchObject(
        problem('proof_required', 403),
      )
      // The thief asks from the own account instead, by a number that the victim has.
      await setPhone(thief, phoneNumberOf(ofVictim))
      const phone = { code: await testApp.phoneCode(thief, appId), proof: await mine() }
      const asked = await post('POST /v1/me/phone', phone, own.accessToken)
      const { ticket } = asked.body.conflict
      for (const [as, proof] of [
        [token, await mine()],
        [own.accessToken, await mine()],
      ] as const) {
        const merge = { ticket, proof, otherProof: await mine() }
        expect(await post('POST /v1/me/merge', merge, as)).toMatchObject(problem('different_account', 409))
      }
      expect(await stateOf(victim.user.id)).toEqual(before)
      expect((await testApp.login(thief, { appId })).user.id).toBe(own.user.id)
    }
  })

  it('cannot bind a WeChat account to an account without one, nor reset the password by it', async () => {
    const victim = await register()
    const thief = nextUser()
    for (const appId of [firstApp, secondApp, unboundApp]) {
      const mine = async () => ({ code: await testApp.code(thief, appId), appId })
      const bound = await post('PUT /v1/me/wechat', await mine(), victim.accessToken)
      expect(bound).toMatchObject(problem('proof_required', 403))
      const reset = { ...(await mine()), newPassword: 'now it is mine 1' }
      expect(await post('POST /v1/auth/password-reset', reset)).toMatchObject(
        problem('password_not_set', 409),
      )
    }
    const login = { username: victim.username, password }
    expect((await post('POST /v1/auth/password-login', login)).status).toBe(200)
    const entries = await prisma().auditEvent.findMany({
      where: { userId: victim.user.id, type: 'proof_rejected' },
    })
    expect(entries.map(({ code }) => code)).toEqual(Array(3).fill('proof_required'))
  })

  it('cannot remove a device, the phone number or the WeChat account', async () => {
    const { victim, ofVictim } = await two()
    const other = await testApp.login(ofVictim)
    const before = await stateOf(victim.user.id)
    const [id] = other.refreshToken.split('.')
    for (const key of [
      'POST /v1/auth/logout-all',
      'POST /v1/me/phone/delete',
      'POST /v1/me/wechat/unbind',
      `POST /v1/me/sessions/${id}/revoke`,
      'POST /v1/me/export',
    ]) {
      expect((await post(key, {}, victim.accessToken)).status, key).toBe(400)
      expect((await post(key, undefined, victim.accessToken)).status, key).toBe(400)
    }
    expect(await stateOf(victim.user.id)).toEqual(before)
    expect((await post('GET /v1/me', undefined, other.accessToken)).status).toBe(200)
  })

  it('of an admin, cannot make another user an admin', async () => {
    const admin = await loginAsAdmin(testApp, nextUser())
    const thief = nextUser()
    const own = await testApp.login(thief)
    const path = `PUT /v1/admin/users/${own.user.id}/role`
    for (const proof of [undefined, { code: await testApp.code(thief) }, { password }])
      expect((await post(path, { role: 'admin', proof }, admin.accessToken)).status).toBeGreaterThanOrEqual(
        400,
      )
    expect(await prisma().user.findUnique({ where: { id: own.user.id } })).toMatchObject({ role: 'user' })
  })
})
