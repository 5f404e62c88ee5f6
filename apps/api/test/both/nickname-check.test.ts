import { createHash } from 'node:crypto'
import type { LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/account/default-nickname.ts'
import { createDataCipher } from '../../src/data-cipher.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { timed } from '../support/timed.ts'
import { firstApp, problem, startWorld, type World } from '../support/world.ts'

const timeoutMs = 1500
const impatient = { WECHAT_TIMEOUT_MS: String(timeoutMs), WECHAT_MAXIMUM_FAILURES: '1000' }

describe.runIf(hasDatabase)('a nickname', () => {
  let world: World
  let accepting: World
  let refusing: World
  let persons = 0
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

  type Person = LoginResult & { person: string }
  const welcome = async (): Promise<Person> => {
    persons += 1
    return { ...(await world.login(`person-${persons}`)), person: `person-${persons}` }
  }
  const change = ({ accessToken: token }: LoginResult, nickname: string | null, more: object = {}) =>
    world.call('PUT /v1/me/profile', { token, body: { nickname, ...more } })
  const fail = (fault: string, path = '/wxa/msg_sec_check') => world.control('PUT', 'fault', { fault, path })
  const heal = () => world.control('DELETE', 'fault')
  const rowOf = ({ user }: LoginResult) =>
    world.database.prisma.user.findUniqueOrThrow({ where: { id: user.id } })
  const stored = async (login: LoginResult) => {
    const { nickname, nicknameUnchecked } = await rowOf(login)
    return { nickname, nicknameUnchecked }
  }
  const calls = async () => {
    const { '/wxa/msg_sec_check': count = 0 } = (await world.control('GET', 'calls')) as Record<
      string,
      number
    >
    return count
  }
  const jobsOf = ({ user }: LoginResult) =>
    world.database.prisma.job.findMany({
      where: { kind: 'check_nickname', payload: { path: ['userId'], equals: user.id } },
    })
  /** As if the time until the next try were over. */
  const retryNow = async (login: LoginResult) => {
    for (const { id } of await jobsOf(login))
      await world.database.prisma.job.updateMany({ where: { id }, data: { runAt: new Date(0) } })
  }
  const rejections = ({ user }: LoginResult) =>
    world.database.prisma.auditEvent.findMany({ where: { userId: user.id, type: 'content_rejected' } })

  it('is checked before it is taken', async () => {
    const person = await welcome()
    const before = await calls()
    expect((await change(person, '小明')).status).toBe(200)
    expect(await stored(person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
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
    expect(await rowOf(person)).toMatchObject({ nickname: '小明', gender: 'male', nicknameUnchecked: false })
    expect(await world.database.prisma.auditEvent.count()).toBe(events)
    expect(await jobsOf(person)).toEqual([])
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
      expect(await stored(person)).toEqual({ nickname: '小明', nicknameUnchecked: true })
      expect(await jobsOf(person)).toHaveLength(1)
      await heal()
      await eventually(async () => {
        await retryNow(person)
        expect(await jobsOf(person)).toEqual([])
      })
      expect(await stored(person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
      expect(await rejections(person)).toEqual([])
    },
  )

  it('waits no longer when the token comes late and the verdict not at all', async () => {
    const fresh = await startWorld(impatient)
    try {
      world = fresh
      const person = await welcome()
      await fail('slow:1300', '/cgi-bin/stable_token')
      const changing = timed(() => change(person, '小明'))
      await eventually(async () => {
        const asked = (await world.control('GET', 'calls')) as Record<string, number>
        expect(asked['/cgi-bin/stable_token']).toBe(1)
      })
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
      await retryNow(person)
      expect(await jobsOf(person)).toEqual([])
    })
    expect(await stored(person)).toEqual({
      nickname: defaultNickname(person.user.id),
      nicknameUnchecked: false,
    })
    expect(await rejections(person)).toMatchObject([
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
    await retryNow(person)
    await eventually(async () => expect(await calls()).toBeGreaterThan(before))
    await world.database.prisma.user.update({
      where: { id: person.user.id },
      data: { nickname: '小明', nicknameUnchecked: false },
    })
    await eventually(async () => expect(await jobsOf(person)).toEqual([]))
    expect(await stored(person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
    expect(await rejections(person)).toEqual([])
  })

  it('of somebody who has not opened the mini program is checked at the next login', async () => {
    const person = await welcome()
    await world.control('POST', 'leave', { appId: firstApp, person: person.person })
    expect((await change(person, '违规名字')).status).toBe(200)
    expect(await stored(person)).toEqual({ nickname: '违规名字', nicknameUnchecked: true })
    expect(await jobsOf(person), 'nothing to be had before').toEqual([])
    const { user } = await world.login(person.person)
    expect(user.nickname).toBe('违规名字')
    await eventually(async () =>
      expect(await stored(person)).toEqual({
        nickname: defaultNickname(person.user.id),
        nicknameUnchecked: false,
      }),
    )
    expect(await rejections(person)).toHaveLength(1)
  })

  it('waits in one job for one person, however often they log in meanwhile', async () => {
    const person = await welcome()
    await fail('502')
    await change(person, '小明')
    for (let times = 0; times < 3; times += 1) await world.login(person.person)
    expect(await jobsOf(person)).toHaveLength(1)
  })

  it('of a session without WeChat is taken unchecked, and checked once there is one', async () => {
    const person = await welcome()
    await world.database.prisma.session.updateMany({
      where: { userId: person.user.id },
      data: { appId: null, openid: null },
    })
    expect((await change(person, '小明')).status).toBe(200)
    expect(await stored(person)).toEqual({ nickname: '小明', nicknameUnchecked: true })
    await world.login(person.person)
    await eventually(async () => expect((await stored(person)).nicknameUnchecked).toBe(false))
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
    expect(await rowOf(person)).toMatchObject({
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

  describe('that WeChat has signed', () => {
    const name = '违规名字'
    /** As WeChat would sign it for this person; its own people have names that nobody minds. */
    async function signed({ user }: LoginResult, nickName: string) {
      const row = await world.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: user.id } })
      const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
      const context = `session_key ${row.appId} ${row.openid}`
      const sessionKey = createDataCipher(world.config.dataKeys).decrypt(encrypted, context)
      const rawData = JSON.stringify({ nickName, gender: 1 })
      return { rawData, signature: createHash('sha1').update(`${rawData}${sessionKey}`).digest('hex') }
    }
    const takeOver = async (person: Person, nickName: string) =>
      world.call('POST /v1/me/wechat-profile', {
        token: person.accessToken,
        body: await signed(person, nickName),
      })

    it('is checked before it is taken over, and not where the person has one of their own', async () => {
      const person = await welcome()
      const before = await calls()
      expect((await takeOver(person, '小明')).body).toMatchObject({ nickname: '小明', gender: 'male' })
      expect(await stored(person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
      expect((await takeOver(person, '小红')).body.nickname).toBe('小明')
      expect(await calls()).toBe(before + 1)
    })

    it('is not taken over when it is harmful; the rest is', async () => {
      const person = await welcome()
      expect(await takeOver(person, name)).toMatchObject({
        status: 200,
        body: { nickname: defaultNickname(person.user.id), gender: 'male' },
      })
      expect(await rowOf(person)).toMatchObject({ gender: 'male', nicknameUnchecked: false })
      expect(await jobsOf(person)).toEqual([])
    })

    it('is taken over for now while WeChat fails, and checked as soon as it answers', async () => {
      const person = await welcome()
      await fail('502')
      expect((await takeOver(person, name)).body.nickname).toBe(name)
      expect(await stored(person)).toEqual({ nickname: name, nicknameUnchecked: true })
      await heal()
      await eventually(async () => {
        await retryNow(person)
        expect(await stored(person)).toEqual({
          nickname: defaultNickname(person.user.id),
          nicknameUnchecked: false,
        })
      })
    })

    it('is refused while WeChat fails, where the configuration takes nothing unchecked', async () => {
      world = refusing
      const person = await welcome()
      await fail('502')
      expect(await takeOver(person, '小明')).toMatchObject(problem('content_check_unavailable', 503))
      expect(await rowOf(person)).toMatchObject({
        nickname: defaultNickname(person.user.id),
        gender: null,
        nicknameUnchecked: false,
      })
    })

    it('counts as a change of the profile', async () => {
      const few = await startWorld({ LIMIT_PROFILE_PER_PERSON: '1' })
      try {
        world = few
        const person = await welcome()
        expect((await takeOver(person, '小明')).status).toBe(200)
        expect(await takeOver(person, '小明')).toMatchObject(problem('rate_limited', 429))
      } finally {
        world = accepting
        await few.close()
      }
    })
  })
})
