import { createHash } from 'node:crypto'
import type { LoginResult } from '@repo/shared'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { userOf } from '../support/accounts.ts'
import { callsOf, impatient, nicknameJobsOf, retryNow, storedNickname } from '../support/content-check.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { nextPerson } from '../support/people.ts'
import { useWorld } from '../support/use-world.ts'
import { problem, startWorld, type World } from '../support/world.ts'

describe.runIf(hasDatabase)('a nickname', () => {
  const world = useWorld(() => startWorld(impatient))
  afterEach(() => world.control('DELETE', 'fault'))

  const welcome = () => world.login(nextPerson())
  const fail = (world: World) => world.control('PUT', 'fault', { fault: '502', path: '/wxa/msg_sec_check' })
  const calls = () => callsOf(world, '/wxa/msg_sec_check')

  describe('that WeChat has signed', () => {
    const name = '违规名字'
    /** As WeChat would sign it for this person; its own people have names that nobody minds. */
    async function signed(world: World, { user }: LoginResult, nickName: string) {
      const row = await world.database.prisma.wechatIdentity.findFirstOrThrow({ where: { userId: user.id } })
      const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
      const context = `session_key ${row.appId} ${row.openid}`
      const sessionKey = createDataCipher(world.config.dataKeys).decrypt(encrypted, context)
      const places = { language: 'zh_CN', city: '', province: '', country: '' }
      const avatarUrl = 'https://thirdwx.qlogo.cn/mmopen/vi_32/picture/132'
      const rawData = JSON.stringify({ nickName, gender: 1, ...places, avatarUrl })
      return { rawData, signature: createHash('sha1').update(`${rawData}${sessionKey}`).digest('hex') }
    }
    const takeOver = async (world: World, person: LoginResult, nickName: string) =>
      world.call('POST /v1/me/wechat-profile', {
        token: person.accessToken,
        body: await signed(world, person, nickName),
      })

    it('is checked before it is taken over, and not where the person has one of their own', async () => {
      const person = await welcome()
      const before = await calls()
      expect((await takeOver(world, person, '小明')).body).toMatchObject({ nickname: '小明', gender: 'male' })
      expect(await storedNickname(world, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
      expect((await takeOver(world, person, '小红')).body.nickname).toBe('小明')
      expect(await calls()).toBe(before + 1)
    })

    it('is not taken over when it is harmful; the rest is', async () => {
      const person = await welcome()
      expect(await takeOver(world, person, name)).toMatchObject({
        status: 200,
        body: { nickname: defaultNickname(person.user.id), gender: 'male' },
      })
      expect(await userOf(world, person.user.id)).toMatchObject({ gender: 'male', nicknameUnchecked: false })
      expect(await nicknameJobsOf(world, person)).toEqual([])
    })

    it('is taken over for now while WeChat fails, and checked as soon as it answers', async () => {
      const person = await welcome()
      await fail(world)
      expect((await takeOver(world, person, name)).body.nickname).toBe(name)
      expect(await storedNickname(world, person)).toEqual({ nickname: name, nicknameUnchecked: true })
      await world.control('DELETE', 'fault')
      await eventually(async () => {
        await retryNow(world, person)
        expect(await storedNickname(world, person)).toEqual({
          nickname: defaultNickname(person.user.id),
          nicknameUnchecked: false,
        })
      })
    })

    it('is refused while WeChat fails, where the configuration takes nothing unchecked', async () => {
      const refusing = await startWorld({ ...impatient, CONTENT_CHECK: 'refuse' })
      onTestFinished(refusing.close)
      const person = await refusing.login(nextPerson())
      await fail(refusing)
      const answer = await takeOver(refusing, person, '小明')
      expect(answer).toMatchObject(problem('content_check_unavailable', 503))
      expect(await userOf(refusing, person.user.id)).toMatchObject({
        nickname: defaultNickname(person.user.id),
        gender: null,
        nicknameUnchecked: false,
      })
    })

    it('counts as a change of the profile', async () => {
      const few = await startWorld({ LIMIT_PROFILE_PER_USER: '1' })
      onTestFinished(few.close)
      const person = await few.login(nextPerson())
      expect((await takeOver(few, person, '小明')).status).toBe(200)
      expect(await takeOver(few, person, '小明')).toMatchObject(problem('rate_limited', 429))
    })
  })
})
