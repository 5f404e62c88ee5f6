import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDataCipher } from '../../src/infra/crypto.ts'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { newKey } from '../support/keys.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the key that encrypts session_keys', () => {
  const oldKey = newKey('old')
  const rotated = `${newKey('new')},${oldKey}`
  let target: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    target = await createTestDatabase()
  })
  afterAll(() => target?.remove())

  /** The API from one start to the next stop, with these keys, on the same data. */
  async function running<Result>(keys: string, work: (testApp: TestApp) => Promise<Result>): Promise<Result> {
    const testApp = await createTestApp({ DATA_KEYS: keys }, { ...target, remove: async () => {} })
    try {
      return await work(testApp)
    } finally {
      await testApp.close()
    }
  }

  const stored = async (testApp: TestApp) => {
    const row = await testApp.database.prisma.wechatIdentity.findFirstOrThrow()
    const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
    const context = `session_key ${row.appId} ${row.openid}`
    return {
      row,
      keyId: row.sessionKeyId,
      plain: createDataCipher(testApp.config.dataKeys).decrypt(encrypted, context),
    }
  }

  it('is replaced without downtime: the old key still decrypts, the next login uses the new key', async () => {
    const before = await running(oldKey, async (testApp) => {
      await testApp.login('person-0')
      return stored(testApp)
    })
    expect(before).toMatchObject({ keyId: 'old', plain: expect.stringMatching(/==$/) })

    await running(rotated, async (testApp) => {
      expect(await stored(testApp)).toMatchObject({ keyId: 'old', plain: before.plain })
      await testApp.login('person-0')
      expect(await stored(testApp)).toMatchObject({ keyId: 'new', plain: expect.stringMatching(/==$/) })
    })
  })

  it('does not decrypt a value that was moved to another user, changed, or encrypted by a removed key', async () => {
    await running(rotated, async (testApp) => {
      const { row } = await stored(testApp)
      const cipher = createDataCipher(testApp.config.dataKeys)
      const context = `session_key ${row.appId} ${row.openid}`
      const changed = Uint8Array.from(row.sessionKeyEncrypted)
      changed[20] = (changed[20] ?? 0) ^ 1
      expect(cipher.decrypt({ bytes: row.sessionKeyEncrypted, keyId: 'new' }, `${context}x`)).toBeNull()
      expect(cipher.decrypt({ bytes: changed, keyId: 'new' }, context)).toBeNull()
      expect(cipher.decrypt({ bytes: row.sessionKeyEncrypted, keyId: 'gone' }, context)).toBeNull()
      expect(cipher.decrypt({ bytes: new Uint8Array(3), keyId: 'new' }, context)).toBeNull()
    })
  })
})
