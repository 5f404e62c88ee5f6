import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { applyAvatarVerdict } from '../../src/domain/moderation/avatar.ts'
import { userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { isStored } from '../support/deleting.ts'
import { eventually } from '../support/eventually.ts'
import { nextUser } from '../support/next-user.ts'
import { decide, reviewRowsOf, reviewsOf, uploadPicture } from '../support/reviews.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const publicUrl = 'https://api.example.com'

describe.runIf(hasDatabase)('an avatar that WeChat leaves to a human, with CONTENT_REVIEW=queue,', () => {
  const testApp = useTestApp(() => createTestApp({ PUBLIC_URL: publicUrl, CONTENT_REVIEW: 'queue' }))
  let admin: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(testApp, nextUser())
  })

  const get = (url: string | null) => testApp.call(`GET ${url?.replace(publicUrl, '')}`)
  async function submit(colour: string) {
    const login = await testApp.login(nextUser())
    const { body } = await uploadPicture(testApp, login, colour)
    const check = await eventually(async () => {
      const found = await testApp.database.prisma.avatarCheck.findFirst({
        where: { userId: login.user.id },
      })
      if (!found) throw new Error('WeChat was not asked')
      return found
    })
    const { traceId, appId, avatarKey } = check
    await applyAvatarVerdict(testApp, { traceId, appId, suggest: 'review' })
    const [review] = await reviewsOf(testApp, admin, login)
    if (!review) throw new Error('nothing waits')
    return { ...login, url: body.avatarUrl as string, traceId, avatarKey, review }
  }
  const meOf = async ({ accessToken: token }: LoginResult) =>
    (await testApp.call('GET /v1/me', { token })).body

  it('is hidden from everyone but admins until one approves it', async () => {
    const login = await submit('#010')
    expect(await meOf(login)).toMatchObject({ avatarUrl: login.user.avatarUrl, avatarPending: true })
    expect((await get(login.url)).status).toBe(404)
    expect(login.review).toMatchObject({ kind: 'avatar', nickname: null })
    const shown = await get(login.review.avatarUrl)
    expect(shown).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } })
    for (const other of [admin.user.id, 'x', '', "'"])
      expect((await get(`${login.url}?review=${encodeURIComponent(other)}`)).status).toBe(404)

    expect((await decide(testApp, admin, login.review.id, 'approve')).status).toBe(204)
    expect(await meOf(login)).toMatchObject({ avatarUrl: login.url, avatarPending: false })
    expect((await get(login.url)).status).toBe(200)
    expect((await get(login.review.avatarUrl)).status).toBe(404)
    expect(await reviewRowsOf(testApp, login.user.id)).toMatchObject([
      { decision: 'approved', traceId: login.traceId },
    ])
  })

  it('is deleted when an admin rejects it', async () => {
    const login = await submit('#020')
    expect(await isStored(testApp, login.avatarKey)).toBe(true)
    await decide(testApp, admin, login.review.id, 'reject')
    await eventually(async () => expect(await isStored(testApp, login.avatarKey)).toBe(false))
    expect(await meOf(login)).toMatchObject({ avatarUrl: login.user.avatarUrl, avatarPending: false })
    expect((await get(login.review.avatarUrl)).status).toBe(404)
  })

  it('goes on waiting when its user uploads it again', async () => {
    const login = await submit('#030')
    const { body } = await uploadPicture(testApp, login, '#030')
    expect(body).toMatchObject({ avatarUrl: login.user.avatarUrl, avatarPending: true })
    expect(await reviewsOf(testApp, admin, login)).toEqual([login.review])
  })

  it('is withdrawn, and its file deleted, when its user uploads another one', async () => {
    const login = await submit('#040')
    const { body } = await uploadPicture(testApp, login, '#041')
    expect(body.avatarPending).toBe(false)
    await eventually(async () => expect(await isStored(testApp, login.avatarKey)).toBe(false))
    expect(await decide(testApp, admin, login.review.id, 'approve')).toMatchObject(problem('not_found', 404))
    expect(await meOf(login)).toMatchObject({ avatarUrl: body.avatarUrl })
  })

  it('replaces the avatar of an admin upload when it is approved, whose file is deleted', async () => {
    const login = await submit('#050')
    const other = await testApp.login(nextUser())
    const { body } = await uploadPicture(testApp, other, '#051')
    const before = body.avatarUrl.replace(`${publicUrl}/files/`, '')
    await testApp.database.prisma.user.update({ where: { id: other.user.id }, data: { avatarKey: null } })
    await testApp.database.prisma.user.update({
      where: { id: login.user.id },
      data: { avatarKey: before },
    })
    await decide(testApp, admin, login.review.id, 'approve')
    expect((await userOf(testApp, login.user.id)).avatarKey).toBe(login.avatarKey)
    await eventually(async () => expect(await isStored(testApp, before)).toBe(false))
    expect(await isStored(testApp, login.avatarKey)).toBe(true)
  })
})
