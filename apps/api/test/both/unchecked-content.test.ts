import type { LoginResult } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { register } from '../support/accounts.ts'
import {
  impatient,
  nicknameJobsOf,
  rejectionsOf,
  retryNow,
  storedNickname,
} from '../support/content-check.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { nextPerson } from '../support/people.ts'
import { picture, uploadOf } from '../support/uploads.ts'
import { useWorld } from '../support/use-world.ts'
import { firstApp, problem, startWorld, type World } from '../support/world.ts'
import { startWorldWithPush } from '../support/world-with-push.ts'

let colours = 0
async function upload(world: World, { accessToken: token }: LoginResult) {
  colours += 1
  const content = await picture(`#${String(colours).padStart(6, '0')}`)
    .png()
    .toBuffer()
  return world.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
}
const avatarOf = async (world: World, { accessToken: token }: LoginResult) =>
  (await world.call('GET /v1/me', { token })).body.avatarUrl
const rename = (world: World, { accessToken: token }: LoginResult, nickname: string) =>
  world.call('PUT /v1/me/profile', { token, body: { nickname } })

describe.runIf(hasDatabase)('what WeChat cannot check, with CONTENT_CHECK=refuse,', () => {
  const world: World = useWorld(() => startWorldWithPush({ CONTENT_CHECK: 'refuse', ...impatient }))

  it('is refused of a user without WeChat: neither the nickname nor the picture changes', async () => {
    const user = await register(world)
    expect(await rename(world, user, '小明')).toMatchObject(problem('content_check_unavailable', 503))
    expect(await upload(world, user)).toMatchObject(problem('content_check_unavailable', 503))
    expect(await avatarOf(world, user)).toBe(user.user.avatarUrl)
    expect(await world.database.prisma.job.count({ where: { kind: 'delete_file' } })).toBe(0)
  })

  it('is taken of a user with WeChat, whom WeChat knows', async () => {
    const user = await world.login(nextPerson())
    expect((await rename(world, user, '小明')).status).toBe(200)
    expect((await upload(world, user)).status).toBe(200)
  })

  it('gives way to the generated picture when WeChat turns out not to see the user', async () => {
    const person = nextPerson()
    const user = await world.login(person)
    await world.control('POST', 'leave', { appId: firstApp, person })
    expect((await upload(world, user)).status).toBe(200)
    await eventually(async () => expect(await avatarOf(world, user)).toBe(user.user.avatarUrl))
    expect(await rejectionsOf(world, user)).toMatchObject([{ data: { what: 'avatar' } }])
  })

  it('gives way to the generated picture when WeChat could not download it', async () => {
    const person = nextPerson()
    const user = await world.login(person)
    await upload(world, user)
    const { avatarKey } = await world.database.prisma.user.findUniqueOrThrow({ where: { id: user.user.id } })
    await world.database.prisma.avatarCheck.create({
      data: {
        traceId: 'lost',
        appId: firstApp,
        userId: user.user.id,
        avatarKey: avatarKey ?? '',
        askedAt: new Date(),
      },
    })
    await world.control('POST', 'push-event', {
      appId: firstApp,
      person,
      event: 'wxa_media_check',
      overrides: { trace_id: 'lost', errcode: -1008 },
    })
    await eventually(async () => expect(await avatarOf(world, user)).toBe(user.user.avatarUrl))
  })
})

describe.runIf(hasDatabase)('what WeChat cannot check, where it cannot reach the pictures,', () => {
  it.each([
    ['refuse', 503],
    ['accept', 200],
  ])('is decided by CONTENT_CHECK=%s: %i', async (contentCheck, status) => {
    const world = await startWorld({ CONTENT_CHECK: contentCheck })
    try {
      expect((await upload(world, await world.login('person-1'))).status).toBe(status)
    } finally {
      await world.close()
    }
  })
})

describe.runIf(hasDatabase)('what WeChat cannot check, with CONTENT_CHECK=accept,', () => {
  const world: World = useWorld(() => startWorldWithPush(impatient))

  it('is taken of a user without WeChat, and marked, and no job asks for ever', async () => {
    const user = await register(world)
    expect((await rename(world, user, '小明')).status).toBe(200)
    expect((await upload(world, user)).status).toBe(200)
    expect(await storedNickname(world, user)).toEqual({ nickname: '小明', nicknameUnchecked: true })
    await world.database.prisma.job.create({
      data: {
        id: '018f0000-0000-7000-8000-000000000001',
        kind: 'check_nickname',
        payload: { userId: user.user.id },
        runAt: new Date(0),
      },
    })
    await eventually(async () => expect(await nicknameJobsOf(world, user)).toEqual([]))
    await eventually(async () =>
      expect(await world.database.prisma.job.count({ where: { kind: 'check_avatar' } })).toBe(0),
    )
    expect(await storedNickname(world, user)).toEqual({ nickname: '小明', nicknameUnchecked: true })
  })
})

describe.runIf(hasDatabase)('errcode 87014', () => {
  const world: World = useWorld(() => startWorldWithPush(impatient))
  const fail = (fault: string, path: string) => world.control('PUT', 'fault', { fault, path })
  const heal = () => world.control('DELETE', 'fault')

  it('rejects a nickname', async () => {
    const user = await world.login(nextPerson())
    await fail('87014', '/wxa/msg_sec_check')
    expect(await rename(world, user, '小明')).toMatchObject(problem('content_rejected', 422))
    await heal()
    expect(await storedNickname(world, user)).toMatchObject({ nickname: defaultNickname(user.user.id) })
  })

  it('rejects a nickname that was taken unchecked', async () => {
    const user = await world.login(nextPerson())
    await fail('502', '/wxa/msg_sec_check')
    await rename(world, user, '小明')
    await fail('87014', '/wxa/msg_sec_check')
    await eventually(async () => {
      await retryNow(world, user)
      expect(await nicknameJobsOf(world, user)).toEqual([])
    })
    await heal()
    expect(await storedNickname(world, user)).toMatchObject({ nickname: defaultNickname(user.user.id) })
    expect(await rejectionsOf(world, user)).toHaveLength(1)
  })

  it('rejects a picture at once', async () => {
    const user = await world.login(nextPerson())
    await fail('87014', '/wxa/media_check_async')
    expect((await upload(world, user)).status).toBe(200)
    await eventually(async () => expect(await avatarOf(world, user)).toBe(user.user.avatarUrl))
    await heal()
    expect(await rejectionsOf(world, user)).toMatchObject([{ data: { what: 'avatar' } }])
  })
})
