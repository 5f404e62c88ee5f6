import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { register } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { impatient, nicknameJobsOf, rejectionsOf, retryNow, storedNickname } from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, firstApp, problem, type TestApp } from '../support/test-app.ts'
import { createTestAppWithPush } from '../support/test-app-with-push.ts'
import { picture, uploadOf } from '../support/uploads.ts'
import { useTestApp } from '../support/use-test-app.ts'

let colours = 0
async function upload(testApp: TestApp, { accessToken: token }: LoginResult) {
  colours += 1
  const content = await picture(`#${String(colours).padStart(6, '0')}`)
    .png()
    .toBuffer()
  return testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
}
const avatarOf = async (testApp: TestApp, { accessToken: token }: LoginResult) =>
  (await testApp.call('GET /v1/me', { token })).body.avatarUrl
const rename = (testApp: TestApp, { accessToken: token }: LoginResult, nickname: string) =>
  testApp.call('PUT /v1/me/profile', { token, body: { nickname } })

describe.runIf(hasDatabase)('content that WeChat cannot check, with CONTENT_CHECK=refuse,', () => {
  const testApp: TestApp = useTestApp(() => createTestAppWithPush({ CONTENT_CHECK: 'refuse', ...impatient }))

  it('is rejected for a user without WeChat: neither nickname nor avatar changes', async () => {
    const user = await register(testApp)
    expect(await rename(testApp, user, '小明')).toMatchObject(problem('content_check_unavailable', 503))
    expect(await upload(testApp, user)).toMatchObject(problem('content_check_unavailable', 503))
    expect(await avatarOf(testApp, user)).toBe(user.user.avatarUrl)
    expect(await testApp.database.prisma.job.count({ where: { kind: 'delete_file' } })).toBe(0)
  })

  it('is accepted for a user with WeChat, whom WeChat knows', async () => {
    const user = await testApp.login(nextUser())
    expect((await rename(testApp, user, '小明')).status).toBe(200)
    expect((await upload(testApp, user)).status).toBe(200)
  })

  it('is replaced by the generated avatar when WeChat has not seen the user', async () => {
    const person = nextUser()
    const user = await testApp.login(person)
    await testApp.control('POST', 'leave', { appId: firstApp, person })
    expect((await upload(testApp, user)).status).toBe(200)
    await eventually(async () => expect(await avatarOf(testApp, user)).toBe(user.user.avatarUrl))
    expect(await rejectionsOf(testApp, user)).toMatchObject([{ data: { what: 'avatar' } }])
  })

  it('is replaced by the generated avatar when WeChat could not download it', async () => {
    const person = nextUser()
    const user = await testApp.login(person)
    await upload(testApp, user)
    const { avatarKey } = await testApp.database.prisma.user.findUniqueOrThrow({
      where: { id: user.user.id },
    })
    await testApp.database.prisma.avatarCheck.create({
      data: {
        traceId: 'lost',
        appId: firstApp,
        userId: user.user.id,
        avatarKey: avatarKey ?? '',
        askedAt: new Date(),
      },
    })
    await testApp.control('POST', 'push-event', {
      appId: firstApp,
      person,
      event: 'wxa_media_check',
      overrides: { trace_id: 'lost', errcode: -1008 },
    })
    await eventually(async () => expect(await avatarOf(testApp, user)).toBe(user.user.avatarUrl))
  })
})

describe.runIf(hasDatabase)('content that WeChat cannot check, when WeChat cannot reach the avatars,', () => {
  it.each([
    ['refuse', 503],
    ['accept', 200],
  ])('is handled as CONTENT_CHECK=%s says: %i', async (contentCheck, status) => {
    const testApp = await createTestApp({ CONTENT_CHECK: contentCheck })
    try {
      expect((await upload(testApp, await testApp.login('person-1'))).status).toBe(status)
    } finally {
      await testApp.close()
    }
  })
})

describe.runIf(hasDatabase)('content that WeChat cannot check, with CONTENT_CHECK=accept,', () => {
  const testApp: TestApp = useTestApp(() => createTestAppWithPush(impatient))

  it('is accepted for a user without WeChat, and marked, without an endless job', async () => {
    const user = await register(testApp)
    expect((await rename(testApp, user, '小明')).status).toBe(200)
    expect((await upload(testApp, user)).status).toBe(200)
    expect(await storedNickname(testApp, user)).toEqual({ nickname: '小明', nicknameUnchecked: true })
    await testApp.database.prisma.job.create({
      data: {
        id: '018f0000-0000-7000-8000-000000000001',
        kind: 'check_nickname',
        payload: { userId: user.user.id },
        runAt: new Date(0),
      },
    })
    await eventually(async () => expect(await nicknameJobsOf(testApp, user)).toEqual([]))
    await eventually(async () =>
      expect(await testApp.database.prisma.job.count({ where: { kind: 'check_avatar' } })).toBe(0),
    )
    expect(await storedNickname(testApp, user)).toEqual({ nickname: '小明', nicknameUnchecked: true })
  })
})

describe.runIf(hasDatabase)('errcode 87014', () => {
  const testApp: TestApp = useTestApp(() => createTestAppWithPush(impatient))
  const fail = (fault: string, path: string) => testApp.control('PUT', 'fault', { fault, path })
  const heal = () => testApp.control('DELETE', 'fault')

  it('rejects a nickname', async () => {
    const user = await testApp.login(nextUser())
    await fail('87014', '/wxa/msg_sec_check')
    expect(await rename(testApp, user, '小明')).toMatchObject(problem('content_rejected', 422))
    await heal()
    expect(await storedNickname(testApp, user)).toMatchObject({ nickname: defaultNickname(user.user.id) })
  })

  it('rejects a nickname that was stored unchecked', async () => {
    const user = await testApp.login(nextUser())
    await fail('502', '/wxa/msg_sec_check')
    await rename(testApp, user, '小明')
    await fail('87014', '/wxa/msg_sec_check')
    await eventually(async () => {
      await retryNow(testApp, user)
      expect(await nicknameJobsOf(testApp, user)).toEqual([])
    })
    await heal()
    expect(await storedNickname(testApp, user)).toMatchObject({ nickname: defaultNickname(user.user.id) })
    expect(await rejectionsOf(testApp, user)).toHaveLength(1)
  })

  it('rejects an avatar at once', async () => {
    const user = await testApp.login(nextUser())
    await fail('87014', '/wxa/media_check_async')
    expect((await upload(testApp, user)).status).toBe(200)
    await eventually(async () => expect(await avatarOf(testApp, user)).toBe(user.user.avatarUrl))
    await heal()
    expect(await rejectionsOf(testApp, user)).toMatchObject([{ data: { what: 'avatar' } }])
  })
})
