import { describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

/** The birthday of a user who becomes so old in so many days, by the calendar of Shanghai. */
function birthdayOf({ age, inDays }: { age: number; inDays: number }): string {
  const today = new Date(Date.now() + 8 * 60 * 60 * 1000)
  const year = today.getUTCFullYear() - age
  return new Date(Date.UTC(year, today.getUTCMonth(), today.getUTCDate() + inDays)).toISOString().slice(0, 10)
}

const saveBirthday = (testApp: TestApp, token: string, birthday: string | null) =>
  testApp.call('PUT /v1/me/profile', { token, body: { birthday } })

describe.runIf(hasDatabase)('PUT /v1/me/profile', () => {
  const testApp = useTestApp()

  it('rejects a birthday under 14 and changes nothing, up to the day before', async () => {
    const { accessToken: token } = await testApp.login(nextUser())
    const tooYoung = birthdayOf({ age: 14, inDays: 1 })
    const body = { birthday: tooYoung, gender: 'male' }
    expect(await testApp.call('PUT /v1/me/profile', { token, body })).toMatchObject(
      problem('birthday_below_minimum_age', 422),
    )
    expect((await testApp.call('GET /v1/me', { token })).body).toMatchObject({ birthday: null, gender: null })
    const oldEnough = birthdayOf({ age: 14, inDays: 0 })
    expect(await saveBirthday(testApp, token, oldEnough)).toMatchObject({ body: { birthday: oldEnough } })
    expect((await saveBirthday(testApp, token, null)).status).toBe(200)
  })

  it('accepts every birthday when MINIMUM_AGE is 0', async () => {
    const ownApp = await createTestApp({ MINIMUM_AGE: '0' })
    onTestFinished(ownApp.close)
    const { accessToken } = await ownApp.login(nextUser())
    expect((await saveBirthday(ownApp, accessToken, birthdayOf({ age: 1, inDays: 0 }))).status).toBe(200)
  })

  it('accepts a birthday under 14 when a guardian has agreed', async () => {
    const agreed = new Set<string>()
    const guardianConsent = async (userId: string) => agreed.has(userId)
    const ownApp = await createTestApp({}, undefined, { guardianConsent })
    onTestFinished(ownApp.close)
    const { accessToken, user } = await ownApp.login(nextUser())
    const birthday = birthdayOf({ age: 10, inDays: 0 })
    expect((await saveBirthday(ownApp, accessToken, birthday)).status).toBe(422)
    agreed.add(user.id)
    expect((await saveBirthday(ownApp, accessToken, birthday)).status).toBe(200)
  })
})

describe.runIf(hasDatabase)('an admin who reads or changes an account', () => {
  const testApp = useTestApp()

  it.each([
    ['under 18', 1, true],
    ['of 18', 0, undefined],
  ])('is audited, with the flag `minor` for a user %s', async (_, inDays, minor) => {
    const { prisma } = testApp.database
    const { user, accessToken } = await testApp.login(nextUser())
    await saveBirthday(testApp, accessToken, birthdayOf({ age: 18, inDays }))
    const admin = await loginAsAdmin(testApp, nextUser())
    const token = admin.accessToken
    await testApp.call(`GET /v1/admin/users/${user.id}?reason=ticket`, { token })
    await testApp.call(`PUT /v1/admin/users/${user.id}/level`, { token, body: { level: 1 } })
    for (const type of ['personal_data_read', 'level_changed']) {
      const { actorId, data } = await prisma.auditEvent.findFirstOrThrow({ where: { userId: user.id, type } })
      expect(actorId).toBe(admin.user.id)
      expect((data as { minor?: boolean } | null)?.minor).toBe(minor)
    }
  })
})
