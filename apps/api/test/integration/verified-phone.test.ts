import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { callOk, proven, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { change, uploadPicture } from '../support/reviews.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('with REQUIRE_VERIFIED_PHONE=on', () => {
  const testApp = useTestApp(() => createTestApp({ REQUIRE_VERIFIED_PHONE: 'on' }))

  async function verify(person: string, { accessToken: token }: LoginResult): Promise<LoginResult> {
    await testApp.control('PUT', 'phone', { person, phoneNumber: `137${person.slice(-3).padStart(8, '0')}` })
    const body = await proven(testApp, token, { code: await testApp.phoneCode(person) })
    return callOk(testApp, 'POST /v1/me/phone', body, { token })
  }

  it('PUT /v1/me/profile rejects a nickname of a user without a verified number, and changes nothing', async () => {
    const person = nextUser()
    const login = await testApp.login(person)
    const body = { nickname: '小明', gender: 'male' }
    const token = login.accessToken
    expect(await testApp.call('PUT /v1/me/profile', { token, body })).toMatchObject(
      problem('phone_required', 403),
    )
    expect(await userOf(testApp, login.user.id)).toMatchObject({
      nickname: login.user.nickname,
      gender: null,
    })
    const verified = await verify(person, login)
    expect(await change(testApp, verified, '小明')).toMatchObject({ status: 200, body: { nickname: '小明' } })
  })

  it('POST /v1/me/avatar rejects a user without a verified number before it reads the file', async () => {
    const person = nextUser()
    const login = await testApp.login(person)
    expect(await uploadPicture(testApp, login, '#123')).toMatchObject(problem('phone_required', 403))
    expect(await testApp.database.prisma.job.count({ where: { kind: 'delete_file' } })).toBe(0)
    expect((await uploadPicture(testApp, await verify(person, login), '#123')).status).toBe(200)
  })

  it('a user without a number logs in, reads, and changes what others do not see', async () => {
    const { accessToken: token } = await testApp.login(nextUser())
    expect((await testApp.call('GET /v1/me', { token })).status).toBe(200)
    for (const body of [{ gender: 'male' }, { birthday: '1990-05-17' }, { nickname: null }])
      expect((await testApp.call('PUT /v1/me/profile', { token, body })).status).toBe(200)
    expect((await testApp.call('DELETE /v1/me/avatar', { token })).status).toBe(200)
  })

  it('POST /v1/me/phone/delete keeps the number, and uses up no proof; another number may replace it', async () => {
    const person = nextUser()
    const verified = await verify(person, await testApp.login(person))
    const proof = { code: await testApp.code(person) }
    const remove = () =>
      testApp.call('POST /v1/me/phone/delete', { token: verified.accessToken, body: { proof } })
    expect(await remove()).toMatchObject(problem('phone_not_removable', 409))
    expect((await userOf(testApp, verified.user.id)).phoneMasked).not.toBeNull()
    const phoneNumber = `136${person.slice(-3).padStart(8, '0')}`
    await testApp.control('PUT', 'phone', { person, phoneNumber })
    const body = { code: await testApp.phoneCode(person), proof }
    const replaced = await testApp.call('POST /v1/me/phone', { token: verified.accessToken, body })
    expect(replaced).toMatchObject({ status: 200 })
    expect(replaced.body.user.phoneMasked).toMatch(/^136/)
  })

  it('POST /v1/me/wechat-profile imports the gender alone for a user without a number', async () => {
    const person = nextUser()
    const { user, accessToken: token } = await testApp.login(person)
    const { rawData, signature, encryptedData, iv } = await testApp.wechatProfile(person)
    const body = { rawData, signature, encryptedData, iv }
    const answer = await testApp.call('POST /v1/me/wechat-profile', { token, body })
    expect(answer).toMatchObject({ status: 200, body: { nickname: user.nickname } })
  })

  it('an admin sets the nickname of a user without a number', async () => {
    const admin = await loginAsAdmin(testApp, nextUser())
    const { user } = await testApp.login(nextUser())
    const body = { nickname: '小红' }
    const path = `PUT /v1/admin/users/${user.id}/profile`
    expect((await testApp.call(path, { token: admin.accessToken, body })).status).toBe(204)
  })
})

describe.runIf(hasDatabase)('without REQUIRE_VERIFIED_PHONE', () => {
  const testApp = useTestApp()

  it('a user without a number changes nickname and avatar', async () => {
    const login = await testApp.login(nextUser())
    expect((await change(testApp, login, '小明')).status).toBe(200)
    expect((await uploadPicture(testApp, login, '#321')).status).toBe(200)
  })
})
