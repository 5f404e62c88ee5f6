import { createHash } from 'node:crypto'
import type { LoginResult } from '@repo/shared'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { userOf } from '../support/accounts.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { callsOf, impatient, nicknameJobsOf, retryNow, storedNickname } from '../support/moderation.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('a nickname from WeChat', () => {
  const testApp = useTestApp(() => createTestApp(impatient))
  afterEach(() => testApp.control('DELETE', 'fault'))

  const welcome = () => testApp.login(nextUser())
  const fail = (testApp: TestApp) =>
    testApp.control('PUT', 'fault', { fault: '502', path: '/wxa/msg_sec_check' })
  const calls = () => callsOf(testApp, '/wxa/msg_sec_check')

  describe('that WeChat signed', () => {
    const name = '违规名字'
    /** As WeChat would sign it for this person; its own people have names that nobody minds. */
    async function signed(testApp: TestApp, { user }: LoginResult, nickName: string) {
      const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow({
        where: { userId: user.id },
      })
      const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
      const context = `session_key ${row.appId} ${row.openid}`
      const sessionKey = createDataCipher(testApp.config.dataKeys).decrypt(encrypted, context)
      const places = { language: 'zh_CN', city: '', province: '', country: '' }
      const avatarUrl = 'https://thirdwx.qlogo.cn/mmopen/vi_32/picture/132'
      const rawData = JSON.stringify({ nickName, gender: 1, ...places, avatarUrl })
      return { rawData, signature: createHash('sha1').update(`${rawData}${sessionKey}`).digest('hex') }
    }
    const takeOver = async (testApp: TestApp, person: LoginResult, nickName: string) =>
      testApp.call('POST /v1/me/wechat-profile', {
        token: person.accessToken,
        body: await signed(testApp, person, nickName),
      })

    it('is checked before it is imported, and ignored when the user has chosen one', async () => {
      const person = await welcome()
      const before = await calls()
      expect((await takeOver(testApp, person, '小明')).body).toMatchObject({
        nickname: '小明',
        gender: 'male',
      })
      expect(await storedNickname(testApp, person)).toEqual({ nickname: '小明', nicknameUnchecked: false })
      expect((await takeOver(testApp, person, '小红')).body.nickname).toBe('小明')
      expect(await calls()).toBe(before + 1)
    })

    it('is not imported when it is harmful; the rest is', async () => {
      const person = await welcome()
      expect(await takeOver(testApp, person, name)).toMatchObject({
        status: 200,
        body: { nickname: defaultNickname(person.user.id), gender: 'male' },
      })
      expect(await userOf(testApp, person.user.id)).toMatchObject({
        gender: 'male',
        nicknameUnchecked: false,
      })
      expect(await nicknameJobsOf(testApp, person)).toEqual([])
    })

    it('is imported unchecked while WeChat fails, and checked as soon as WeChat responds', async () => {
      const person = await welcome()
      await fail(testApp)
      expect((await takeOver(testApp, person, name)).body.nickname).toBe(name)
      expect(await storedNickname(testApp, person)).toEqual({ nickname: name, nicknameUnchecked: true })
      await testApp.control('DELETE', 'fault')
      await eventually(async () => {
        await retryNow(testApp, person)
        expect(await storedNickname(testApp, person)).toEqual({
          nickname: defaultNickname(person.user.id),
          nicknameUnchecked: false,
        })
      })
    })

    it('is rejected while WeChat fails when CONTENT_CHECK=refuse', async () => {
      const refusing = await createTestApp({ ...impatient, CONTENT_CHECK: 'refuse' })
      onTestFinished(refusing.close)
      const person = await refusing.login(nextUser())
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
      const few = await createTestApp({ LIMIT_PROFILE_PER_USER: '1' })
      onTestFinished(few.close)
      const person = await few.login(nextUser())
      expect((await takeOver(few, person, '小明')).status).toBe(200)
      expect(await takeOver(few, person, '小明')).toMatchObject(problem('rate_limited', 429))
    })
  })
})
