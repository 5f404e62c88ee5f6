import type { LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { applyAvatarVerdict, avatarModerationEnabled } from '../../src/domain/moderation/avatar.ts'
import { hasDatabase } from '../support/database.ts'
import { isStored } from '../support/deleting.ts'
import { eventually } from '../support/eventually.ts'
import { callsOf, rejectionsOf } from '../support/moderation.ts'
import { createTestApp, firstApp, secondApp, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'
import { picture, uploadOf } from '../support/uploads.ts'

describe.runIf(hasDatabase)('avatar moderation, when WeChat can reach the avatars,', () => {
  let testApp: TestApp
  let persons = 0
  beforeAll(async () => {
    testApp = await createTestApp({ PUBLIC_URL: 'https://api.example.com', WECHAT_TIMEOUT_MS: '1500' })
  })
  afterEach(() => testApp.control('DELETE', 'fault'))
  afterAll(() => testApp?.close())

  const welcome = () => {
    persons += 1
    return testApp.login(`person-${persons}`)
  }
  const upload = async ({ accessToken: token }: LoginResult, colour: string): Promise<string> => {
    const content = await picture(colour).png().toBuffer()
    const { status, body } = await testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
    expect(status).toBe(200)
    return body.avatarUrl
  }
  const avatarOf = async ({ accessToken: token }: LoginResult): Promise<string> =>
    (await testApp.call('GET /v1/me', { token })).body.avatarUrl
  const checksOf = ({ user }: LoginResult) =>
    testApp.database.prisma.avatarCheck.findMany({ where: { userId: user.id } })
  const askedFor = (login: LoginResult) =>
    eventually(async () => {
      const [check] = await checksOf(login)
      if (!check) throw new Error('WeChat was not asked')
      return check
    })
  const jobsOf = (kind: string) => testApp.database.prisma.job.count({ where: { kind } })
  const calls = () => callsOf(testApp, '/wxa/media_check_async')

  it('sends each upload to WeChat once and stores the trace_id', async () => {
    const person = await welcome()
    const before = await calls()
    const url = await upload(person, '#100')
    const check = await askedFor(person)
    expect(check).toMatchObject({ appId: firstApp, userId: person.user.id })
    expect(url).toBe(`https://api.example.com/files/${check.avatarKey}`)
    await upload(person, '#100')
    expect(await calls()).toBe(before + 1)
  })

  it('tries again until WeChat responds, without delaying the upload', async () => {
    const person = await welcome()
    await testApp.control('PUT', 'fault', { fault: 'hang', path: '/wxa/media_check_async' })
    const { durationMs } = await timed(() => upload(person, '#200'))
    expect(durationMs).toBeLessThan(1400)
    await eventually(async () => expect(testApp.log()).toContain('"job":"check_avatar"'))
    await testApp.control('DELETE', 'fault')
    await testApp.database.prisma.job.updateMany({ data: { runAt: new Date(0) } })
    await askedFor(person)
    expect(await jobsOf('check_avatar')).toBe(0)
  })

  it('stops when WeChat has not seen the user in the mini program recently', async () => {
    const person = await welcome()
    await testApp.control('POST', 'leave', { appId: firstApp, person: `person-${persons}` })
    const url = await upload(person, '#300')
    await eventually(async () => expect(await jobsOf('check_avatar')).toBe(0))
    expect(await checksOf(person)).toEqual([])
    expect(await avatarOf(person)).toBe(url)
  })

  it('restores the generated avatar, deletes the file and audits it when WeChat rejects the avatar', async () => {
    const person = await welcome()
    const url = await upload(person, '#400')
    const { traceId, appId, avatarKey } = await askedFor(person)
    expect(url).toContain(avatarKey)
    await applyAvatarVerdict(testApp, { traceId, appId, suggest: 'risky' })
    expect(await avatarOf(person)).toBe(person.user.avatarUrl)
    await eventually(async () => expect(await isStored(testApp, avatarKey)).toBe(false))
    expect(await rejectionsOf(testApp, person)).toMatchObject([{ appId: firstApp, data: { what: 'avatar' } }])
    expect(await checksOf(person)).toEqual([])
    await applyAvatarVerdict(testApp, { traceId, appId, suggest: 'risky' })
    expect(await rejectionsOf(testApp, person), 'a repeated verdict').toHaveLength(1)
  })

  it.each(['pass', null] as const)('keeps the avatar when the verdict is %s', async (suggest) => {
    const person = await welcome()
    const url = await upload(person, suggest === 'pass' ? '#500' : '#501')
    const { traceId, appId } = await askedFor(person)
    await applyAvatarVerdict(testApp, { traceId, appId, suggest })
    expect(await avatarOf(person)).toBe(url)
    expect(await rejectionsOf(testApp, person)).toEqual([])
    // Without a verdict, one may still come.
    expect(await checksOf(person)).toHaveLength(suggest === null ? 1 : 0)
  })

  it('rejects an avatar that WeChat leaves to a human when CONTENT_REVIEW is reject', async () => {
    const person = await welcome()
    await upload(person, '#600')
    const { traceId, appId } = await askedFor(person)
    const strict = {
      database: testApp.database,
      config: { contentCheck: 'accept', contentReview: 'reject' },
    } as const
    await applyAvatarVerdict(strict, { traceId, appId, suggest: 'review' })
    expect(await avatarOf(person)).toBe(person.user.avatarUrl)
  })

  it('changes nothing when the user has another avatar by the time of the verdict', async () => {
    const person = await welcome()
    await upload(person, '#700')
    const { traceId, appId } = await askedFor(person)
    const url = await upload(person, '#701')
    await applyAvatarVerdict(testApp, { traceId, appId, suggest: 'risky' })
    expect(await avatarOf(person)).toBe(url)
    expect(await rejectionsOf(testApp, person)).toEqual([])
  })

  it('ignores a verdict that the API did not request, or of another app', async () => {
    const person = await welcome()
    const url = await upload(person, '#800')
    const { traceId } = await askedFor(person)
    await applyAvatarVerdict(testApp, { traceId: 'unknown', appId: firstApp, suggest: 'risky' })
    await applyAvatarVerdict(testApp, { traceId, appId: secondApp, suggest: 'risky' })
    expect(await avatarOf(person)).toBe(url)
  })
})

describe.runIf(hasDatabase)('avatar moderation, when WeChat cannot reach the avatars,', () => {
  it('sends nothing to WeChat', async () => {
    const testApp = await createTestApp()
    try {
      const { accessToken: token } = await testApp.login('person-1')
      const content = await picture('#900').png().toBuffer()
      await testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
      expect(await testApp.database.prisma.job.count({ where: { kind: 'check_avatar' } })).toBe(0)
      const { '/wxa/media_check_async': count } = (await testApp.control('GET', 'calls')) as Record<
        string,
        number
      >
      expect(count).toBe(0)
    } finally {
      await testApp.close()
    }
  })

  it.each([
    ['https://api.example.com', true],
    ['https://api.example.com/base', true],
    ['http://api.example.com', false],
    ['https://localhost:3000', false],
    ['https://127.0.0.1', false],
    ['https://[::1]:3000', false],
    ['http://192.168.1.20:3000', false],
  ])('%s: %s', (url, reachable) => expect(avatarModerationEnabled({ publicUrl: url })).toBe(reachable))
})
