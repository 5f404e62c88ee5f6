import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPhoneKeyRotation } from '../../src/phone/key-rotation.ts'
import { hasDatabase } from '../support/database.ts'
import { type Answer, firstApp, startWorld, unboundApp, type World } from '../support/world.ts'

/** Only a real server has several connections, so only there can these race. */
describe.runIf(hasDatabase)('phone numbers that race', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ WECHAT_TIMEOUT_MS: '20000' })
  })
  afterAll(() => world?.close())

  const setPhone = (person: string, phoneNumber: string) =>
    world.control('PUT', 'phone', { person, phoneNumber })
  const bodyOf = async (person: string, appId: string) => ({
    appId,
    loginCode: await world.code(person, appId),
    phoneCode: await world.phoneCode(person, appId),
  })
  /** All codes first, then all logins at once. */
  async function logInAtOnce(logins: { person: string; appId: string }[]): Promise<Answer[]> {
    const bodies = await Promise.all(logins.map(({ person, appId }) => bodyOf(person, appId)))
    return Promise.all(bodies.map((body) => world.call('POST /v1/auth/phone-login', { body })))
  }
  const codesOf = (answers: Answer[]) => answers.map(({ status, body }) => (status === 200 ? 200 : body.code))
  const ownersOf = (masked: string) =>
    world.database.prisma.user.findMany({ where: { phoneMasked: masked }, include: { phone: true } })

  it.each([0, 1, 2, 3, 4])(
    'two people of one mini program with one number: one has it (round %i)',
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
      expect(await world.database.prisma.user.count()).toBe(round + 1)
      expect(await world.database.prisma.phone.count()).toBe(round + 1)
    },
  )

  it.each([0, 1, 2, 3, 4])(
    'two mini programs with one number: one joins the other (round %i)',
    async (round) => {
      const [first, second] = [`person-${100 + 2 * round}`, `person-${101 + 2 * round}`]
      const number = `1320000000${round}`
      await setPhone(first, number)
      await setPhone(second, number)
      const answers = await logInAtOnce([
        { person: first, appId: firstApp },
        { person: second, appId: unboundApp },
      ])
      expect(codesOf(answers)).toEqual([200, 200])
      expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
      expect(answers.map(({ body }) => body.isNewUser).sort()).toEqual([false, true])
    },
  )

  it('one person at once, 30 times: one account, one number, and nobody is refused', async () => {
    await setPhone('person-200', '13300000000')
    const answers = await logInAtOnce(
      Array.from({ length: 30 }, () => ({ person: 'person-200', appId: firstApp })),
    )
    expect(new Set(codesOf(answers))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
    expect(answers.filter(({ body }) => body.isNewUser)).toHaveLength(1)
    expect(await ownersOf('133******00')).toHaveLength(1)
    const bound = await world.database.prisma.auditEvent.count({
      where: { type: 'phone_bound', userId: answers[0]?.body.user.id },
    })
    expect(bound).toBe(1)
  })

  it('20 accounts that bind one number, of which some log in with it: one has it', async () => {
    const persons = Array.from({ length: 20 }, (_, index) => `person-${300 + index}`)
    const tokens: string[] = []
    for (const person of persons) {
      tokens.push((await world.login(person)).accessToken)
      await setPhone(person, '13400000001')
    }
    const bodies = await Promise.all(persons.map((person) => bodyOf(person, firstApp)))
    const answers = await Promise.all(
      bodies.map((body, index) =>
        index % 2 === 0
          ? world.call('POST /v1/me/phone', { token: tokens[index] ?? '', body: { code: body.phoneCode } })
          : world.call('POST /v1/auth/phone-login', { body }),
      ),
    )
    const codes = codesOf(answers)
    expect(codes.filter((code) => code === 200)).toHaveLength(1)
    expect(new Set(codes)).toEqual(new Set([200, 'account_conflict']))
    expect(await ownersOf('134******01')).toHaveLength(1)
  })

  it('an account that changes its number back and forth from two phones ends with one of the two', async () => {
    const { accessToken: token, user } = await world.login('person-350')
    const codes: string[] = []
    for (const last of [1, 2, 1, 2, 1, 2]) {
      await setPhone('person-350', `1350000000${last}`)
      const code = await world.phoneCode('person-350')
      codes.push(code)
    }
    const answers = await Promise.all(
      codes.map((code) => world.call('POST /v1/me/phone', { token, body: { code } })),
    )
    expect(new Set(codesOf(answers))).toEqual(new Set([200]))
    expect(await world.database.prisma.phone.count({ where: { userId: user.id } })).toBe(1)
  })

  it('numbers under an old key are left to the instance that is at it', async () => {
    await world.database.prisma.phone.updateMany({ data: { keyId: 'old' } })
    const rotation = startPhoneKeyRotation({
      database: world.database,
      dataKeys: [
        { id: 'new', secret: randomBytes(32) },
        { ...world.config.dataKeys[0], id: 'old' },
      ],
      log: pino({ level: 'silent' }),
    })
    const count = await world.database.prisma.phone.count()
    await world.database.transaction(async (query) => {
      await query`SELECT pg_advisory_xact_lock(hashtextextended('phone key rotation', 0))`
      expect(await rotation.round()).toBe(0)
    })
    expect(await rotation.round()).toBe(count)
    await rotation.close()
  })
})
