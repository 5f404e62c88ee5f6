import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { codeOf, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe } from '../support/deleting.ts'
import { eventually } from '../support/eventually.ts'
import { merge, twoAccounts } from '../support/merging.ts'
import { impatient, nicknameJobsOf, retryNow } from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import { ambiguous, change, decide, reviewRowsOf, reviewsOf } from '../support/reviews.ts'
import { createTestApp, firstApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('a nickname that WeChat leaves to a human, with CONTENT_REVIEW=queue,', () => {
  const testApp = useTestApp(() => createTestApp({ ...impatient, CONTENT_REVIEW: 'queue' }))
  let admin: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(testApp, nextUser())
  })

  const eventsOf = (userId: string, type: string) =>
    testApp.database.prisma.auditEvent.findMany({ where: { userId, type } })
  async function submit(person = nextUser()) {
    const login = await testApp.login(person)
    const answer = await change(testApp, login, ambiguous)
    const [review] = await reviewsOf(testApp, admin, login)
    if (!review) throw new Error('nothing waits')
    return { ...login, person, answer, review }
  }

  it('is hidden until an admin approves it, and only its user and admins see it', async () => {
    const { user, accessToken: token, answer, review } = await submit()
    const hidden = { nickname: defaultNickname(user.id), pendingNickname: ambiguous }
    expect(answer).toMatchObject({ status: 200, body: hidden })
    expect((await testApp.call('GET /v1/me', { token })).body).toMatchObject(hidden)
    expect(review).toMatchObject({
      kind: 'nickname',
      nickname: ambiguous,
      avatarUrl: null,
      appId: firstApp,
    })
    expect(await decide(testApp, admin, review.id, 'approve')).toMatchObject({ status: 204 })
    expect((await testApp.call('GET /v1/me', { token })).body).toMatchObject({
      nickname: ambiguous,
      pendingNickname: null,
    })
    expect(await eventsOf(user.id, 'content_queued')).toHaveLength(1)
    expect(await eventsOf(user.id, 'content_approved')).toMatchObject([
      { actorId: admin.user.id, ip: '127.0.0.1', data: { what: 'nickname' } },
    ])
    // Reading the queue is reading personal data.
    expect(await eventsOf(user.id, 'personal_data_read')).toMatchObject([
      { actorId: admin.user.id, data: { reason: 'GET /v1/admin/reviews' } },
    ])
  })

  it('stays hidden when an admin rejects it, and its verdict is stored without it', async () => {
    const login = await submit()
    await decide(testApp, admin, login.review.id, 'reject')
    expect(await userOf(testApp, login.user.id)).toMatchObject({
      nickname: defaultNickname(login.user.id),
      pendingNickname: null,
    })
    const rows = await reviewRowsOf(testApp, login.user.id)
    expect(rows).toMatchObject([
      { verdict: 'review', decision: 'rejected', traceId: expect.any(String), appId: firstApp },
    ])
    expect(JSON.stringify(rows)).not.toContain(ambiguous)
    expect(await eventsOf(login.user.id, 'content_rejected')).toMatchObject([{ actorId: admin.user.id }])
  })

  it('is decided once: the same again is no error, and the opposite is review_decided', async () => {
    const { user, review } = await submit()
    for (const _ of ['once', 'again'])
      expect(await decide(testApp, admin, review.id, 'approve')).toMatchObject({ status: 204 })
    expect(await decide(testApp, admin, review.id, 'reject')).toMatchObject(problem('review_decided', 409))
    expect((await userOf(testApp, user.id)).nickname).toBe(ambiguous)
    expect(await eventsOf(user.id, 'content_approved')).toHaveLength(1)
  })

  it.each([
    ['another nickname', '小明'],
    ['the generated one', null],
  ])('is withdrawn when its user chooses %s', async (_name, nickname) => {
    const login = await submit()
    await change(testApp, login, nickname)
    expect(await userOf(testApp, login.user.id)).toMatchObject({ pendingNickname: null })
    expect(await decide(testApp, admin, login.review.id, 'approve')).toMatchObject(problem('not_found', 404))
    expect((await userOf(testApp, login.user.id)).nickname).toBe(nickname ?? defaultNickname(login.user.id))
  })

  it('waits once, however often its user sends it', async () => {
    const login = await submit()
    await change(testApp, login, ambiguous)
    expect(await reviewsOf(testApp, admin, login)).toEqual([login.review])
    await change(testApp, login, `${ambiguous} 2`)
    expect(await reviewsOf(testApp, admin, login)).toMatchObject([{ nickname: `${ambiguous} 2` }])
  })

  it('that was stored unchecked is hidden when WeChat leaves it to a human later', async () => {
    const login = await testApp.login(nextUser())
    await testApp.control('PUT', 'fault', { fault: '502', path: '/wxa/msg_sec_check' })
    await change(testApp, login, ambiguous)
    await testApp.control('DELETE', 'fault')
    await eventually(async () => {
      await retryNow(testApp, login)
      expect(await nicknameJobsOf(testApp, login)).toEqual([])
    })
    expect(await userOf(testApp, login.user.id)).toMatchObject({
      nickname: defaultNickname(login.user.id),
      pendingNickname: ambiguous,
    })
    expect(await reviewsOf(testApp, admin, login)).toHaveLength(1)
  })

  it('that is harmful is rejected, and its verdict and trace_id are stored', async () => {
    const login = await testApp.login(nextUser())
    expect(await change(testApp, login, '违规名字')).toMatchObject(problem('content_rejected', 422))
    const rows = await reviewRowsOf(testApp, login.user.id)
    expect(rows).toMatchObject([{ verdict: 'risky', decision: 'rejected', traceId: expect.any(String) }])
    expect(JSON.stringify(rows)).not.toContain('违规')
    const proof = await testApp.proofOf(login.accessToken)
    const { body } = await testApp.call('POST /v1/me/export', {
      token: login.accessToken,
      body: { proof },
    })
    expect(body.contentReviews).toMatchObject([{ kind: 'nickname', verdict: 'risky', decision: 'rejected' }])
  })

  it('leaves with its account; the verdict on rejected content stays and names no user', async () => {
    const { person, user, accessToken, review } = await submit()
    await change(testApp, { user, accessToken } as LoginResult, '违规名字')
    const [, rejected] = await reviewRowsOf(testApp, user.id)
    await deleteMe(testApp, accessToken, await codeOf(testApp, person))
    expect(await reviewRowsOf(testApp, user.id)).toEqual([])
    const stored = await reviewRowsOf(testApp, null)
    expect(stored.map(({ id }) => id)).toContain(rejected?.id)
    expect(stored.map(({ id }) => id)).not.toContain(review.id)
    expect((await userOf(testApp, user.id)).pendingNickname).toBeNull()
    expect(await decide(testApp, admin, review.id, 'approve')).toMatchObject(problem('not_found', 404))
  })

  it('goes on waiting in the account that a merge keeps', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    await change(testApp, wechat, ambiguous)
    const [review] = await reviewsOf(testApp, admin, wechat)
    await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(await decide(testApp, admin, review?.id ?? '', 'approve')).toMatchObject({ status: 204 })
    expect((await userOf(testApp, account.user.id)).nickname).toBe(ambiguous)
  })

  it('is dropped at a merge with an account that has a nickname of its own', async () => {
    const { person, account, wechat, ticket } = await twoAccounts(testApp)
    await testApp.database.prisma.user.update({
      where: { id: account.user.id },
      data: { nickname: '小明' },
    })
    await change(testApp, wechat, ambiguous)
    const [review] = await reviewsOf(testApp, admin, wechat)
    await merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    expect(await decide(testApp, admin, review?.id ?? '', 'approve')).toMatchObject(problem('not_found', 404))
    expect(await userOf(testApp, account.user.id)).toMatchObject({ nickname: '小明', pendingNickname: null })
  })

  it('is on exactly one page of the queue, oldest first', async () => {
    const ids: string[] = []
    for (const _ of ['one', 'two', 'three']) ids.push((await submit()).review.id)
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await testApp.call(`GET /v1/admin/reviews?limit=2${cursor}`, {
        token: admin.accessToken,
      })
      seen.push(...body.reviews.map(({ id }: { id: string }) => id))
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(seen.slice(-3)).toEqual(ids)
    expect(new Set(seen).size).toBe(seen.length)
  })
})
