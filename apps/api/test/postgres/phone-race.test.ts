import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPhoneReencryption } from '../../src/maintenance/reencrypt-phones.ts'
import { hasDatabase } from '../support/database.ts'
import { interleave, waitUntilBlocked } from '../support/interleave.ts'
import { type Answer, createTestApp, firstApp, type TestApp, unboundApp } from '../support/test-app.ts'

/** Only a real server has several connections, so only there can these race. */
describe.runIf(hasDatabase)('concurrent changes of phone numbers', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp({ WECHAT_TIMEOUT_MS: '5000' })
  })
  afterAll(() => testApp?.close())

  const setPhone = (person: string, phoneNumber: string) =>
    testApp.control('PUT', 'phone', { person, phoneNumber })
  const bodyOf = async (person: string, appId: string) => ({
    appId,
    loginCode: await testApp.code(person, appId),
    phoneCode: await testApp.phoneCode(person, appId),
  })
  /** All codes first, then all logins at once. */
  async function logInAtOnce(logins: { person: string; appId: string }[]): Promise<Answer[]> {
    const bodies = await Promise.all(logins.map(({ person, appId }) => bodyOf(person, appId)))
    return Promise.all(bodies.map((body) => testApp.call('POST /v1/auth/phone-login', { body })))
  }
  const codesOf = (answers: Answer[]) => answers.map(({ status, body }) => (status === 200 ? 200 : body.code))
  const ownersOf = (masked: string) =>
    testApp.database.prisma.user.findMany({ where: { phoneMasked: masked }, include: { phone: true } })

  it.each([0, 1, 2, 3, 4])(
    'two users of one mini program with one number: one has it (round %i)',
    async (round) => {
      const [first, second] = [`person-${2 * round}`, `person-${2 * round + 1}`]
      const number = `1310000000${round}`
      await setPhone(first, number)
      await setPhone(second, number)
      const answers = await logInAtOnce([
        { person: first, appId: firstApp },
        { person: second, appId: firstApp },
      ])
      expect(codesOf(answers).sort()).toEqual([200, 'account_conflict'])
      expect(await ownersOf(`131******0${round}`)).toHaveLength(1)
      expect(await testApp.database.prisma.user.count()).toBe(round + 1)
      expect(await testApp.database.prisma.phone.count()).toBe(round + 1)
    },
  )

  it.each([0, 1, 2, 3, 4])('two mini programs with one number: one has it (round %i)', async (round) => {
    const [first, second] = [`person-${100 + 2 * round}`, `person-${101 + 2 * round}`]
    const number = `1320000000${round}`
    await setPhone(first, number)
    await setPhone(second, number)
    const answers = await logInAtOnce([
      { person: first, appId: firstApp },
      { person: second, appId: unboundApp },
    ])
    expect(codesOf(answers).sort()).toEqual([200, 'account_conflict'])
    expect(await ownersOf(`132******0${round}`)).toHaveLength(1)
  })

  it('30 requests of one user: one account, one number, and no error', async () => {
    await setPhone('person-200', '13300000000')
    const answers = await logInAtOnce(
      Array.from({ length: 30 }, () => ({ person: 'person-200', appId: firstApp })),
    )
    expect(new Set(codesOf(answers))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
    expect(answers.filter(({ body }) => body.isNewUser)).toHaveLength(1)
    expect(await ownersOf('133******00')).toHaveLength(1)
    const bound = await testApp.database.prisma.auditEvent.count({
      where: { type: 'phone_bound', userId: answers[0]?.body.user.id },
    })
    expect(bound).toBe(1)
  })

  const bind = (token: string, code: string, proof: object) =>
    testApp.call('POST /v1/me/phone', { token, body: { code, proof } })

  it('two accounts that bind one number at once: the first has it', async () => {
    const persons = ['person-300', 'person-301']
    const requests: (() => Promise<Answer>)[] = []
    for (const person of persons) {
      await setPhone(person, '13400000001')
      const { accessToken: token } = await testApp.login(person)
      const code = await testApp.phoneCode(person)
      const proof = await testApp.proofOf(token)
      requests.push(() => bind(token, code, proof))
    }
    expect(codesOf(await interleave(testApp.database, ...requests))).toEqual([200, 'account_conflict'])
    expect(await ownersOf('134******01')).toHaveLength(1)
  })

  it('a binding and a login of another user with one number: the first has it', async () => {
    for (const person of ['person-310', 'person-311']) await setPhone(person, '13400000002')
    const { accessToken: token } = await testApp.login('person-310')
    const code = await testApp.phoneCode('person-310')
    const proof = await testApp.proofOf(token)
    const body = await bodyOf('person-311', firstApp)
    const answers = await interleave(
      testApp.database,
      () => bind(token, code, proof),
      () => testApp.call('POST /v1/auth/phone-login', { body }),
    )
    expect(codesOf(answers)).toEqual([200, 'account_conflict'])
    expect(await ownersOf('134******02')).toHaveLength(1)
  })

  it('two bindings of one account: the first succeeds, and revokes the tokens of the second', async () => {
    const { accessToken: token, user } = await testApp.login('person-320')
    const requests: (() => Promise<Answer>)[] = []
    // A code stands for the number that the person has when it is exchanged.
    for (const number of ['13500000001', '13500000002']) {
      const code = await testApp.phoneCode('person-320')
      const proof = await testApp.proofOf(token)
      requests.push(async () => {
        await setPhone('person-320', number)
        return bind(token, code, proof)
      })
    }
    expect(codesOf(await interleave(testApp.database, ...requests))).toEqual([200, 'access_token_expired'])
    const [owner] = await ownersOf('135******01')
    expect(owner?.id).toBe(user.id)
    expect(await testApp.database.prisma.phone.count({ where: { userId: user.id } })).toBe(1)
  })

  it('an account that binds a WeChat account is not claimed by another one of the same mini program', async () => {
    for (const person of ['person-340', 'person-341']) await setPhone(person, '13600000001')
    const { accessToken: token, user } = await testApp.login('person-340')
    const phone = await bind(token, await testApp.phoneCode('person-340'), await testApp.proofOf(token))
    const proof = await testApp.proofOf(token)
    const code = await testApp.code('person-342', unboundApp)
    const body = await bodyOf('person-341', unboundApp)
    const answers = await interleave(
      testApp.database,
      () =>
        testApp.call('PUT /v1/me/wechat', {
          token: phone.body.accessToken,
          body: { code, appId: unboundApp, proof },
        }),
      () => testApp.call('POST /v1/auth/phone-login', { body }),
    )
    expect(codesOf(answers)).toEqual([200, 'account_conflict'])
    const identities = { userId: user.id, appId: unboundApp }
    expect(await testApp.database.prisma.wechatIdentity.count({ where: identities })).toBe(1)
  })

  it('two new WeChat users with the number of an account: one of them gets the account', async () => {
    const [owner, ...others] = ['person-350', 'person-351', 'person-352']
    for (const person of [owner as string, ...others]) await setPhone(person, '13600000002')
    const [answer] = await logInAtOnce([{ person: owner as string, appId: firstApp }])
    await testApp.call('POST /v1/auth/logout', { token: answer?.body.accessToken })
    const answers = await logInAtOnce(others.map((person) => ({ person, appId: firstApp })))
    expect(codesOf(answers).sort()).toEqual([200, 'account_conflict'])
    const joined = answers.find(({ status }) => status === 200)
    expect(joined?.body).toMatchObject({ joinedByPhone: true, user: { id: answer?.body.user.id } })
    expect(
      await testApp.database.prisma.wechatIdentity.count({ where: { userId: answer?.body.user.id } }),
    ).toBe(1)
  })

  it('a login by a WeChat account that a claim unbinds creates another account', async () => {
    for (const person of ['person-360', 'person-361']) await setPhone(person, '13600000003')
    const [owner] = await logInAtOnce([{ person: 'person-360', appId: firstApp }])
    await testApp.call('POST /v1/auth/logout', { token: owner?.body.accessToken })
    const body = await bodyOf('person-361', firstApp)
    const code = await testApp.code('person-360')
    const answers = await interleave(
      testApp.database,
      () => testApp.call('POST /v1/auth/phone-login', { body }),
      () => testApp.call('POST /v1/auth/login', { body: { code } }),
    )
    expect(codesOf(answers)).toEqual([200, 200])
    const ownerId = owner?.body.user.id
    expect(answers[0]?.body).toMatchObject({ joinedByPhone: true, user: { id: ownerId } })
    expect(answers[1]?.body).toMatchObject({
      isNewUser: true,
      user: { id: expect.not.stringMatching(ownerId) },
    })
  })

  it('an account that is banned during a binding gets no number', async () => {
    const { accessToken: token, user } = await testApp.login('person-330')
    const code = await testApp.phoneCode('person-330')
    const proof = await testApp.proofOf(token)
    const { answer } = await testApp.database.transaction(async (query) => {
      await query`UPDATE users SET status = 'banned' WHERE id = ${user.id}::uuid`
      return waitUntilBlocked(testApp.database, () => bind(token, code, proof))
    })
    expect(codesOf([await answer])).toEqual(['account_banned'])
    expect(await testApp.database.prisma.phone.count({ where: { userId: user.id } })).toBe(0)
  })

  it('numbers under an old key are re-encrypted by one instance only', async () => {
    await testApp.database.prisma.phone.updateMany({ data: { keyId: 'old' } })
    const reencryption = startPhoneReencryption({
      database: testApp.database,
      config: {
        dataKeys: [
          { id: 'new', secret: randomBytes(32) },
          { ...testApp.config.dataKeys[0], id: 'old' },
        ],
      },
      log: pino({ level: 'silent' }),
    })
    const count = await testApp.database.prisma.phone.count()
    await testApp.database.transaction(async (query) => {
      await query`SELECT pg_advisory_xact_lock(hashtextextended('phone key rotation', 0))`
      expect(await reencryption.runOnce()).toBe(0)
    })
    expect(await reencryption.runOnce()).toBe(count)
    await reencryption.close()
  })
})
