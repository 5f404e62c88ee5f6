import type { LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { callOk, password, register, userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import {
  callsOf,
  impatient,
  nicknameJobsOf,
  rejectionsOf,
  retryNow,
  storedNickname,
  timeoutMs,
} from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, firstApp, problem, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(hasDatabase)('a nickname', () => {
  let testApp: TestApp
  let accepting: TestApp
  let refusing: TestApp
  beforeAll(async () => {
    accepting = await createTestApp(impatient)
    refusing = await createTestApp({ ...impatient, CONTENT_CHECK: 'refuse' })
    testApp = accepting
  })
  afterEach(async () => {
    await testApp.control('DELETE', 'fault')
    testApp = accepting
  })
  afterAll(() => Promise.all([accepting?.close(), refusing?.close()]))

  const welcome = async () => {
    const person = nextUser()
    return { ...(await testApp.login(person)), person }
  }
  const change = ({ accessToken: token }: LoginResult, nickname: string | null, more: object = {}) =>
    testApp.call('PUT /v1/me/profile', { token, body: { nickname, ...more } })
  const fail = (fault: string, path = '/wxa/msg_sec_check') =>
    testApp.control('PUT', 'fault', { fault, path })
  const heal = () => testApp.control('DELETE', 'fault')
  const calls = () => callsOf(testApp, '/wxa/msg_sec_check')

  it('is checked before it is stored', async () => {
    const person = await welcome()
    const before = await calls()
    expect((await change(person, '小明')).status).toBe(200)
    expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await calls()).toBe(before + 1)
  })

  it('is not checked again while it stays, nor when it is the generated one', async () => {
    const person = await welcome()
    await change(person, '小明')
    const before = await calls()
    await change(person, '小明', { gender: 'male' })
    await change(person, null)
    await testApp.call('PUT /v1/me/profile', { token: person.accessToken, body: { gender: 'female' } })
    expect(await calls()).toBe(before)
  })

  it('that is harmful is rejected, and nothing changes', async () => {
    const person = await welcome()
    await change(person, '小明', { gender: 'male' })
    expect(await change(person, '违规名字', { gender: 'female' })).toMatchObject(
      problem('content_rejected', 422),
    )
    expect(await userOf(testApp, person.user.id)).toMatchObject({
      nickname: '小明',
      gender: 'male',
      nicknameUnchecked: false,
    })
    expect(await rejectionsOf(testApp, person)).toMatchObject([
      { appId: firstApp, data: { what: 'nickname' } },
    ])
    expect(await nicknameJobsOf(testApp, person)).toEqual([])
  })

  it('that WeChat leaves to a human is rejected when CONTENT_REVIEW is reject, also with CONTENT_CHECK=accept', async () => {
    expect(await change(await welcome(), 'review me')).toMatchObject(problem('content_rejected', 422))
    testApp = refusing
    expect(await change(await welcome(), 'review me')).toMatchObject(problem('content_rejected', 422))
  })

  it.each(['hang', 'reset', '502', 'html', '-1', '40001', '44991', '45009', '99999'])(
    'is stored unchecked in time while WeChat fails (%s), and checked as soon as WeChat responds',
    async (fault) => {
      const person = await welcome()
      await fail(fault)
      const { answer, durationMs } = await timed(() => change(person, '小明'))
      expect(answer.status).toBe(200)
      // Generous: one try more would take a timeout more.
      expect(durationMs).toBeLessThan(timeoutMs + 1200)
      expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: true })
      expect(await nicknameJobsOf(testApp, person)).toHaveLength(1)
      await heal()
      await eventually(async () => {
        await retryNow(testApp, person)
        expect(await nicknameJobsOf(testApp, person)).toEqual([])
      })
      expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
      expect(await rejectionsOf(testApp, person)).toEqual([])
    },
  )

  it('waits no longer when the token comes late and the verdict never', async () => {
    const fresh = await createTestApp(impatient)
    try {
      testApp = fresh
      const person = await welcome()
      await fail('slow:1300', '/cgi-bin/stable_token')
      const changing = timed(() => change(person, '小明'))
      await eventually(async () => expect(await callsOf(testApp, '/cgi-bin/stable_token')).toBe(1))
      await fail('hang')
      const { answer, durationMs } = await changing
      expect(answer.status).toBe(200)
      // Both waits together would be 2800 ms.
      expect(durationMs).toBeLessThan(timeoutMs + 1000)
    } finally {
      await testApp.control('DELETE', 'fault')
      testApp = accepting
      await fresh.close()
    }
  })

  it('that turns out to be harmful is replaced by the generated one, and audited', async () => {
    const person = await welcome()
    await fail('502')
    await change(person, '违规名字')
    await heal()
    await eventually(async () => {
      await retryNow(testApp, person)
      expect(await nicknameJobsOf(testApp, person)).toEqual([])
    })
    expect(await storedNickname(testApp, person)).toEqual({
      nickname: defaultNickname(person.user.id),
      nicknameUnchecked: false,
    })
    expect(await rejectionsOf(testApp, person)).toMatchObject([
      { appId: firstApp, actorId: null, data: { what: 'nickname' } },
    ])
  })

  it('that replaced a harmful one stays, even when the check of that one is running', async () => {
    const person = await welcome()
    await fail('502')
    const logged = testApp.log().length
    await change(person, '违规名字')
    // Of this job, not of one before: a try that is still under way when the next is due would delay it by half a minute.
    await eventually(async () =>
      expect(testApp.log().slice(logged)).toContain('a job failed and will be tried again'),
    )
    await fail('slow:800')
    const before = await calls()
    await retryNow(testApp, person)
    await eventually(async () => expect(await calls()).toBeGreaterThan(before))
    await testApp.database.prisma.user.update({
      where: { id: person.user.id },
      data: { nickname: '小明', nicknameUnchecked: false },
    })
    await eventually(async () => expect(await nicknameJobsOf(testApp, person)).toEqual([]))
    expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await rejectionsOf(testApp, person)).toEqual([])
  })

  it('of a user who has not opened the mini program recently is checked at the next login', async () => {
    const person = await welcome()
    await testApp.control('POST', 'leave', { appId: firstApp, person: person.person })
    expect((await change(person, '违规名字')).status).toBe(200)
    expect(await storedNickname(testApp, person)).toEqual({ nickname: '违规名字', nicknameUnchecked: true })
    expect(await nicknameJobsOf(testApp, person), 'nothing to be had before').toEqual([])
    const { user } = await testApp.login(person.person)
    expect(user.nickname).toBe('违规名字')
    await eventually(async () =>
      expect(await storedNickname(testApp, person)).toEqual({
        nickname: defaultNickname(person.user.id),
        nicknameUnchecked: false,
      }),
    )
    expect(await rejectionsOf(testApp, person)).toHaveLength(1)
  })

  it('has one pending job per user, however often the user logs in', async () => {
    const person = await welcome()
    await fail('502')
    await change(person, '小明')
    for (let times = 0; times < 3; times += 1) await testApp.login(person.person)
    expect(await nicknameJobsOf(testApp, person)).toHaveLength(1)
  })

  it('of a session without WeChat is stored unchecked, and checked once the user has a WeChat account', async () => {
    const person = await welcome()
    await testApp.database.prisma.session.updateMany({
      where: { userId: person.user.id },
      data: { appId: null, openid: null },
    })
    expect((await change(person, '小明')).status).toBe(200)
    expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: true })
    await testApp.login(person.person)
    await eventually(async () =>
      expect((await storedNickname(testApp, person)).nicknameUnchecked).toBe(false),
    )
  })

  it("of a user who logged in by password is checked with the user's WeChat account", async () => {
    testApp = refusing
    const person = await register(testApp, { code: await testApp.code(nextUser()) })
    const { user } = person
    const byPassword = await callOk(testApp, 'POST /v1/auth/password-login', {
      username: user.username,
      password,
    })
    expect((await change(byPassword, '小明')).status).toBe(200)
    expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await change(byPassword, '违规')).toMatchObject(problem('content_rejected', 422))
    expect(await change(await register(testApp), '小明')).toMatchObject(
      problem('content_check_unavailable', 503),
    )
  })

  it('is rejected while WeChat fails when CONTENT_CHECK=refuse', async () => {
    testApp = refusing
    const person = await welcome()
    for (const fault of ['502', '61010']) {
      await fail(fault)
      const answer = await change(person, '小明', { gender: 'male' })
      expect(answer).toMatchObject(problem('content_check_unavailable', 503))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(await userOf(testApp, person.user.id)).toMatchObject({
      nickname: defaultNickname(person.user.id),
      gender: null,
      nicknameUnchecked: false,
    })
    expect(
      (await testApp.call('PUT /v1/me/profile', { token: person.accessToken, body: { gender: 'male' } }))
        .status,
    ).toBe(200)
    expect(testApp.log()).toContain('WeChat did not check a nickname')
  })
})
