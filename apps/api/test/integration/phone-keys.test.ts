import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseKeys } from '../../src/config/keys.ts'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { startPhoneReencryption } from '../../src/maintenance/reencrypt-phones.ts'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { newKey } from '../support/keys.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the key of phone numbers', () => {
  const oldKey = newKey('old')
  const middleKey = newKey('middle')
  const freshKey = newKey('new')
  let target: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    target = await createTestDatabase()
  })
  afterAll(() => target?.remove())

  /** The API from one start to the next stop, with these keys, on the same data. */
  async function running<Result>(
    keys: string[],
    work: (testApp: TestApp) => Promise<Result>,
  ): Promise<Result> {
    const variables = { DATA_KEYS: keys.join(',') }
    const testApp = await createTestApp(variables, { ...target, remove: async () => {} })
    try {
      return await work(testApp)
    } finally {
      await testApp.close()
    }
  }
  async function bind(testApp: TestApp, person: string, phoneNumber: string) {
    await testApp.control('PUT', 'phone', { person, phoneNumber })
    const { accessToken: token, user } = await testApp.login(person)
    const answer = await testApp.call('POST /v1/me/phone', {
      token,
      body: { code: await testApp.phoneCode(person), proof: await testApp.proofOf(token) },
    })
    return { answer, user }
  }
  const keyIds = async (testApp: TestApp) => {
    const rows = await testApp.database.prisma.phone.findMany({ select: { keyId: true } })
    return [...new Set(rows.map(({ keyId }) => keyId))]
  }

  it('is replaced without downtime: numbers are found and unique before, during and after', async () => {
    await running([oldKey], async (testApp) => {
      expect((await bind(testApp, 'person-0', '13800138000')).answer.status).toBe(200)
      expect((await bind(testApp, 'person-1', '13800138001')).answer.status).toBe(200)
    })
    await running([freshKey, oldKey], async (testApp) => {
      expect((await bind(testApp, 'person-2', '13800138000')).answer).toMatchObject(
        problem('account_conflict', 409),
      )
      expect((await bind(testApp, 'person-3', '13800138003')).answer.status).toBe(200)
      await expect.poll(() => keyIds(testApp), { timeout: 15_000, interval: 200 }).toEqual(['new'])
      await expect.poll(() => testApp.log()).toContain('phone numbers were put under the first of DATA_KEYS')
      expect(testApp.log()).not.toContain('hidden')
    })
    await running([freshKey], async (testApp) => {
      expect((await bind(testApp, 'person-2', '13800138000')).answer).toMatchObject(
        problem('account_conflict', 409),
      )
      expect((await bind(testApp, 'person-2', '13800138001')).answer).toMatchObject(
        problem('account_conflict', 409),
      )
      expect((await bind(testApp, 'person-0', '13800138000')).answer.status, 'their own').toBe(200)
      const cipher = createDataCipher(testApp.config.dataKeys)
      const phones = await testApp.database.prisma.phone.findMany({ orderBy: { boundAt: 'asc' } })
      const numbers = phones.map(({ userId, numberEncrypted: bytes, keyId }) =>
        cipher.decrypt({ bytes, keyId }, `phone ${userId}`),
      )
      expect(numbers).toEqual(['+8613800138000', '+8613800138001', '+8613800138003'])
    })
  })

  it('is replaced in small batches; numbers that no key decrypts stay and are logged', async () => {
    await running([freshKey], async (testApp) => {
      const { prisma } = testApp.database
      const [first] = await prisma.phone.findMany({ orderBy: { userId: 'asc' } })
      const keys = (text: string[]) => parseKeys(text.join(','), { minimumBytes: 32 })
      const cipher = createDataCipher(keys([freshKey]))
      const moment = new Date()
      const ids = Array.from(
        { length: 250 },
        (_, index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      )
      await prisma.user.createMany({
        data: ids.map((id) => ({ id, lastLoginAt: moment, lastLoginIp: '127.0.0.1' })),
      })
      await prisma.phone.createMany({
        data: ids.map((userId, index) => {
          const { bytes, keyId } = cipher.encrypt(
            `+861390000${String(index).padStart(4, '0')}`,
            `phone ${userId}`,
          )
          return { userId, hash: new Uint8Array([index, 1]), numberEncrypted: bytes, keyId, boundAt: moment }
        }),
      })
      await prisma.phone.update({
        where: { userId: first?.userId ?? '' },
        data: { numberEncrypted: new Uint8Array(40) },
      })
      const lines: string[] = []
      const log = pino({}, { write: (line) => void lines.push(line) })
      const reencryption = startPhoneReencryption({
        database: testApp.database,
        config: { dataKeys: keys([middleKey, freshKey]) },
        log,
      })
      expect(await reencryption.runOnce()).toBe(250 + 2)
      expect(await reencryption.runOnce(), 'nothing is left to do').toBe(0)
      await reencryption.close()
      expect((await keyIds(testApp)).sort()).toEqual(['middle', 'new'])
      expect(await prisma.phone.count({ where: { keyId: 'new' } })).toBe(1)
      expect(lines.join('')).toContain('cannot be decrypted')
    })
  })

  it('is left unchanged when the API stops', async () => {
    await running([middleKey, freshKey], async (testApp) => {
      const reencryption = startPhoneReencryption({
        database: testApp.database,
        config: testApp.config,
        log: pino({ level: 'silent' }),
      })
      await testApp.database.prisma.$executeRaw`UPDATE phones SET key_id = 'new' WHERE key_id = 'middle'`
      await reencryption.close()
      expect(await reencryption.runOnce()).toBe(0)
    })
  })
})
