import type { LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { must, password, register, userOf } from '../support/accounts.ts'
import {
  callsOf,
  impatient,
  nicknameJobsOf,
  rejectionsOf,
  retryNow,
  storedNickname,
  timeoutMs,
} from '../support/content-check.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { nextPerson } from '../support/people.ts'
import { timed } from '../support/timed.ts'
import { firstApp, problem, startWorld, type World } from '../support/world.ts'

describe.runIf(hasDatabase)('a nickname', () => {
  let world: World
  let accepting: World
  let refusing: World
  beforeAll(async () => {
    accepting = await startWorld(impatient)
    refusing = await startWorld({ ...impatient, CONTENT_CHECK: 'refuse' })
    world = accepting
  })
  afterEach(async () => {
    await world.control('DELETE', 'fault')
    world = accepting
  })
  afterAll(() => Promise.all([accepting?.close(), refusing?.close()]))

  const welcome = async () => {
    const person = nextPerson()
    return { ...(await world.login(person)), person }
  }
  const change = ({ accessToken: token }: LoginResult, nickname: string | null, more: object = {}) =>
    world.call('PUT /v1/me/profile', { token, body: { nickname, ...more } })
  const fail = (fault: string, path = '/wxa/msg_sec_check') => world.control('PUT', 'fault', { fault, path })
  const heal = () => world.control('DELETE', 'fault')
  const calls = () => callsOf(world, '/wxa/msg_sec_check')

  it('is checked before it is taken', async () => {
    const person = await welcome()
    const before = await calls()
    expect((await change(person, '小明')).status).toBe(200)
    expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await calls()).toBe(before + 1)
  })

  it('is not checked again while it stays, nor when it is the generated one', async () => {
    const person = await welcome()
    await change(person, '小明')
    const before = await calls()
    await change(person, '小明', { gender: 'male' })
    await change(person, null)
    await world.call('PUT /v1/me/profile', { token: person.accessToken, body: { gender: 'female' } })
    expect(await calls()).toBe(before)
  })

  it('that is harmful is rejected, and nothing is changed', async () => {
    const person = await welcome()
    await change(person, '小明', { gender: 'male' })
    const events = await world.database.prisma.auditEvent.count()
    expect(await change(person, '违规名字', { gender: 'female' })).toMatchObject(
      problem('content_rejected', 422),
    )
    expect(await userOf(world, person.user.id)).toMatchObject({
      nickname: '小明',
      gender: 'male',
      nicknameUnchecked: false,
    })
    expect(await world.database.prisma.auditEvent.count()).toBe(events)
    expect(await nicknameJobsOf(world, person)).toEqual([])
  })

  it('that a human should look at is taken, unless only what is surely fine may be', async () => {
    expect((await change(await welcome(), 'review me')).status).toBe(200)
    world = refusing
    expect(await change(await welcome(), 'review me')).toMatchObject(problem('content_rejected', 422))
  })

  it.each(['hang', 'reset', '502', 'html', '-1', '40001', '44991', '45009', '99999'])(
    'is taken for now while WeChat fails (%s), within its time, and checked as soon as it answers',
    async (fault) => {
      const person = await welcome()
      await fail(fault)
      const { answer, durationMs } = await timed(() => change(person, '小明'))
      expect(answer.status).toBe(200)
      // Generous: one try more would take a timeout more.
      expect(durationMs).toBeLessThan(timeoutMs + 1200)
      expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: true })
      expect(await nicknameJobsOf(world, person)).toHaveLength(1)
      await heal()
      await eventually(async () => {
        await retryNow(world, person)
        expect(await nicknameJobsOf(world, person)).toEqual([])
      })
      expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
      expect(await rejectionsOf(world, person)).toEqual([])
    },
  )

  it('waits no longer when the token comes late and the verdict not at all', async () => {
    const fresh = await startWorld(impatient)
    try {
      world = fresh
      const person = await welcome()
      await fail('slow:1300', '/cgi-bin/stable_token')
      const changing = timed(() => change(person, '小明'))
      await eventually(async () => expect(await callsOf(world, '/cgi-bin/stable_token')).toBe(1))
      await fail('hang')
      const { answer, durationMs } = await changing
      expect(answer.status).toBe(200)
      // Both waits together would be 2800 ms.
      expect(durationMs).toBeLessThan(timeoutMs + 1000)
    } finally {
      await world.control('DELETE', 'fault')
      world = accepting
      await fresh.close()
    }
  })

  it('that turns out to be harmful gives way to the generated one, and the audit log says so', async () => {
    const person = await welcome()
    await fail('502')
    await change(person, '违规名字')
    await heal()
    await eventually(async () => {
      await retryNow(world, person)
      expect(await nicknameJobsOf(world, person)).toEqual([])
    })
    expect(await storedNickname(world, person)).toEqual({
      nickname: defaultNickname(person.user.id),
      nicknameUnchecked: false,
    })
    expect(await rejectionsOf(world, person)).toMatchObject([
      { appId: firstApp, actorId: null, data: { what: 'nickname' } },
    ])
  })

  it('that took the place of a harmful one stays, also when the verdict on the other is under way', async () => {
    const person = await welcome()
    await fail('502')
    await change(person, '违规名字')
    await eventually(async () => expect(world.log()).toContain('a job failed and will be tried again'))
    await fail('slow:800')
    const before = await calls()
    await retryNow(world, person)
    await eventually(async () => expect(await calls()).toBeGreaterThan(before))
    await world.database.prisma.user.update({
      where: { id: person.user.id },
      data: { nickname: '小明', nicknameUnchecked: false },
    })
    await eventually(async () => expect(await nicknameJobsOf(world, person)).toEqual([]))
    expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await rejectionsOf(world, person)).toEqual([])
  })

  it('of somebody who has not opened the mini program is checked at the next login', async () => {
    const person = await welcome()
    await world.control('POST', 'leave', { appId: firstApp, person: person.person })
    expect((await change(person, '违规名字')).status).toBe(200)
    expect(await storedNickname(world, person)).toEqual({ nickname: '违规名字', nicknameUnchecked: true })
    expect(await nicknameJobsOf(world, person), 'nothing to be had before').toEqual([])
    const { user } = await world.login(person.person)
    expect(user.nickname).toBe('违规名字')
    await eventually(async () =>
      expect(await storedNickname(world, person)).toEqual({
        nickname: defaultNickname(person.user.id),
        nicknameUnchecked: false,
      }),
    )
    expect(await rejectionsOf(world, person)).toHaveLength(1)
  })

  it('waits in one job for one person, however often they log in meanwhile', async () => {
    const person = await welcome()
    await fail('502')
    await change(person, '小明')
    for (let times = 0; times < 3; times += 1) await world.login(person.person)
    expect(await nicknameJobsOf(world, person)).toHaveLength(1)
  })

  it('of a session without WeChat is taken unchecked, and checked once there is one', async () => {
    const person = await welcome()
    await world.database.prisma.session.updateMany({
      where: { userId: person.user.id },
      data: { appId: null, openid: null },
    })
    expect((await change(person, '小明')).status).toBe(200)
    expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: true })
    await world.login(person.person)
    await eventually(async () => expect((await storedNickname(world, person)).nicknameUnchecked).toBe(false))
  })

  it('of somebody who logged in by password is checked by the WeChat account that is theirs', async () => {
    world = refusing
    const person = await register(world, { code: await world.code(nextPerson()) })
    const { user } = person
    const byPassword = await must(world, 'POST /v1/auth/password-login', {
      username: user.username,
      password,
    })
    expect((await change(byPassword, '小明')).status).toBe(200)
    expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await change(byPassword, '违规')).toMatchObject(problem('content_rejected', 422))
    expect(await change(await register(world), '小明')).toMatchObject(
      problem('content_check_unavailable', 503),
    )
  })

  it('is refused while WeChat fails, where the configuration takes nothing unchecked', async () => {
    world = refusing
    const person = await welcome()
    for (const fault of ['502', '61010']) {
      await fail(fault)
      const answer = await change(person, '小明', { gender: 'male' })
      expect(answer).toMatchObject(problem('content_check_unavailable', 503))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(await userOf(world, person.user.id)).toMatchObject({
      nickname: defaultNickname(person.user.id),
      gender: null,
      nicknameUnchecked: false,
    })
    expect(
      (await world.call('PUT /v1/me/profile', { token: person.accessToken, body: { gender: 'male' } }))
        .status,
    ).toBe(200)
    expect(world.log()).toContain('WeChat did not check a nickname')
  })
})
