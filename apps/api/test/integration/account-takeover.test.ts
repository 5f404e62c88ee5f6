import { randomBytes } from 'node:crypto'
import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { attackOn, phoneNumberOf } from '../support/attack.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { password } from '../support/password.ts'
import { type Answer, secondApp, unboundApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('an attacker who has an account', () => {
  const testApp = useTestApp()
  const { prisma, post, setPhone, register, two, stateOf } = attackOn(testApp)

  it('cannot log in to another account with codes of their own, of any kind and at any endpoint', async () => {
    const { victim, attacker, ofAttacker } = await two()
    const before = await stateOf(victim.user.id)
    const token = attacker.accessToken
    const mine = () => testApp.code(ofAttacker)
    const tap = () => testApp.phoneCode(ofAttacker)
    const refused: [Answer, string][] = [
      // The code of one button at the other's place.
      [await post('POST /v1/auth/login', { code: await tap() }), 'code_invalid'],
      [
        await post('POST /v1/me/phone', { code: await mine(), proof: { password } }, token),
        'phone_code_invalid',
      ],
      [
        await post('POST /v1/auth/phone-login', { loginCode: await tap(), phoneCode: await mine() }),
        'code_invalid',
      ],
      // A code of one mini program at another.
      [await post('POST /v1/auth/login', { code: await mine(), appId: unboundApp }), 'code_invalid'],
      [
        await post('POST /v1/auth/password-reset', {
          code: await testApp.code(ofAttacker, secondApp),
          newPassword: 'another horse staple',
        }),
        'code_invalid',
      ],
      [
        await post('POST /v1/auth/password-reset', {
          code: await testApp.code(ofAttacker, unboundApp),
          appId: unboundApp,
          newPassword: 'another horse staple',
        }),
        'password_not_set',
      ],
      // Of another person than the one who asks, or whom they claim to be.
      [
        await post('POST /v1/me/delete', { proof: { code: await mine() } }, victim.accessToken),
        'different_account',
      ],
      [
        await post(
          'PUT /v1/me/password',
          { proof: { code: await mine() }, newPassword: 'another horse staple' },
          victim.accessToken,
        ),
        'different_account',
      ],
      [
        await post('PUT /v1/me/wechat-session', { code: await mine() }, victim.accessToken),
        'different_account',
      ],
      [
        await post('POST /v1/auth/login', { code: await mine(), expectedUserId: victim.user.id }),
        'different_account',
      ],
      [await post('PUT /v1/me/wechat', { code: await mine() }, victim.accessToken), 'proof_required'],
    ]
    for (const [{ body }, code] of refused) expect(body?.code).toBe(code)
    const after = await stateOf(victim.user.id)
    expect(after).toEqual(before)
  })

  it('cannot use a merge ticket of another user, a guessed or used one, or a proof of the wrong account', async () => {
    const { victim, attacker, ofVictim, ofAttacker } = await two()
    const account = await register()
    const binding = { code: await testApp.code(ofVictim), proof: { password } }
    const asked = await post('PUT /v1/me/wechat', binding, account.accessToken)
    const { ticket } = asked.body.conflict
    const [id = ''] = ticket.split('.')
    const guess = `${id}.${randomBytes(24).toString('base64url')}`
    const token = attacker.accessToken
    const merge = async (given: string, otherProof: object, as = token) =>
      (await post('POST /v1/me/merge', { ticket: given, proof: { password }, otherProof }, as)).body
    const mine = async () => ({ code: await testApp.code(ofAttacker) })
    const before = [await stateOf(victim.user.id), await stateOf(attacker.user.id)]
    expect(await merge(ticket, await mine())).toMatchObject({ code: 'merge_ticket_invalid' })
    expect(await merge(guess, { password })).toMatchObject({ code: 'merge_ticket_invalid' })
    expect(await merge(guess, { password }, account.accessToken)).toMatchObject({
      code: 'merge_ticket_invalid',
    })
    // With the ticket of another's phone number one has to prove the other account, not the own.
    await setPhone(ofAttacker, phoneNumberOf(ofVictim))
    const phone = { code: await testApp.phoneCode(ofAttacker), proof: { password } }
    const conflict = await post('POST /v1/me/phone', phone, token)
    const own = conflict.body.conflict.ticket
    expect(await merge(own, await mine())).toMatchObject({ code: 'different_account' })
    expect(await merge(own, { password: 'guessed guessed' })).toMatchObject({ code: 'credentials_invalid' })
    expect([await stateOf(victim.user.id), await stateOf(attacker.user.id)]).toEqual(before)
    // What is shown of the other is no more than this.
    expect(conflict.body.conflict.other).toEqual({
      nicknameMasked: expect.stringMatching(/^.{1,4}\*\*$/u),
    })
    expect(conflict.text).not.toContain(victim.user.id)
    expect(conflict.text).not.toContain(victim.username)
  })

  it('cannot merge with an admin, as an admin, or out of a ban', async () => {
    const { victim, attacker, ofAttacker } = await two()
    const admin = await loginAsAdmin(testApp, 'person-0')
    const conflictOf = async (token: string, proof: object = { password }) =>
      (await post('PUT /v1/me/wechat', { code: await testApp.code(ofAttacker), proof }, token)).body
    const byCode = { code: await testApp.code('person-0') }
    expect((await conflictOf(admin.accessToken, byCode)).conflict.ticket).toBeNull()
    await prisma().user.update({ where: { id: victim.user.id }, data: { role: 'admin' } })
    expect((await conflictOf(victim.accessToken)).conflict.ticket).toBeNull()
    await prisma().user.update({ where: { id: attacker.user.id }, data: { status: 'banned' } })
    const account = await register()
    expect((await conflictOf(account.accessToken)).conflict.ticket).toBeNull()
  })

  it('has only revoked tokens after a password change, an unbinding, a merge, also copies of the same session', async () => {
    const person = nextUser()
    const owner = await register({ code: await testApp.code(person) })
    const stolen = await testApp.login(person)
    const me = (token: string) => post('GET /v1/me', undefined, token)
    const expectDead = async ({
      accessToken,
      refreshToken,
    }: Pick<LoginResult, 'accessToken' | 'refreshToken'>) => {
      expect((await me(accessToken)).status).toBe(401)
      expect((await post('POST /v1/auth/refresh', { refreshToken })).status).toBe(401)
    }
    const proof = { password: 'another horse staple' }
    const change = { proof: { password }, newPassword: proof.password }
    const { body: changed } = await post('PUT /v1/me/password', change, owner.accessToken)
    for (const copy of [owner, stolen]) await expectDead(copy)
    const second = await testApp.login(person)
    const { body: unbound } = await post('POST /v1/me/wechat/unbind', { proof }, changed.accessToken)
    for (const copy of [changed, second]) await expectDead(copy)
    const third = await testApp.login(person)
    const binding = { code: await testApp.code(person), proof }
    const asked = await post('PUT /v1/me/wechat', binding, unbound.accessToken)
    const otherProof = { code: await testApp.code(person) }
    const body = { ticket: asked.body.conflict.ticket, proof, otherProof }
    const { body: merged } = await post('POST /v1/me/merge', body, unbound.accessToken)
    for (const copy of [unbound, third]) await expectDead(copy)
    expect((await me(merged.accessToken)).body.id).toBe(owner.user.id)
  })

  it('cannot read data of other users in the own events and export, not even of an inviter or invited user', async () => {
    const { victim, attacker, ofVictim, ofAttacker } = await two()
    const token = attacker.accessToken
    await setPhone(ofAttacker, phoneNumberOf(ofVictim))
    const proof = { password }
    await post('POST /v1/me/phone', { code: await testApp.phoneCode(ofAttacker), proof }, token)
    await post('PUT /v1/me/wechat', { code: await testApp.code(ofVictim), proof }, token)
    await post('POST /v1/auth/phone-login', {
      loginCode: await testApp.code(ofAttacker),
      phoneCode: await testApp.phoneCode(ofAttacker),
    })
    const identities = await prisma().wechatIdentity.findMany({ where: { userId: victim.user.id } })
    const secrets = [
      victim.user.id,
      victim.username,
      String(victim.user.nickname),
      phoneNumberOf(ofVictim),
      ...identities.flatMap(({ openid, unionid }) => [openid, unionid ?? openid]),
    ]
    for (const path of [
      'GET /v1/me/login-history',
      'POST /v1/me/export',
      'GET /v1/me',
      'GET /v1/me/sessions',
    ]) {
      const { status, text } = await post(path, path.startsWith('POST') ? { proof } : undefined, token)
      expect(status).toBe(200)
      for (const secret of secrets) expect(text).not.toContain(secret)
    }
  })
})
