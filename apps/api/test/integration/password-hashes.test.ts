import { describe, expect, it } from 'vitest'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { password } from '../support/password.ts'
import { createTestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('hashes of passwords', () => {
  it('are renewed at a login when the parameters changed, and older ones still work', async () => {
    const target = await createTestDatabase()
    const keep = { ...target, remove: async () => {} }
    const register = { username: 'rehash-me', password }
    const before = await createTestApp({}, keep)
    await before.call('POST /v1/auth/register', { body: register })
    await before.close()
    const testApp = await createTestApp(
      { PASSWORD_HASH_MEMORY_KIB: '8192', PASSWORD_HASH_PASSES: '3' },
      target,
    )
    try {
      const hashOf = async () => (await testApp.database.prisma.password.findFirstOrThrow()).hash
      expect(await hashOf()).toContain('m=7168,t=1')
      const wrong = { ...register, password: 'not this one' }
      await testApp.call('POST /v1/auth/password-login', { body: wrong })
      expect(await hashOf()).toContain('m=7168,t=1')
      const logIn = () => testApp.call('POST /v1/auth/password-login', { body: register })
      expect((await logIn()).status).toBe(200)
      expect(await hashOf()).toContain('m=8192,t=3')
      expect((await logIn()).status).toBe(200)
    } finally {
      await testApp.close()
    }
  })

  it('take as long for an unknown user as for a wrong password', async () => {
    const testApp = await createTestApp({ PASSWORD_HASH_MEMORY_KIB: '19456', PASSWORD_HASH_PASSES: '4' })
    try {
      await testApp.call('POST /v1/auth/register', { body: { username: 'known-one', password } })
      const timeOf = async (username: string) => {
        const startedAt = performance.now()
        await testApp.call('POST /v1/auth/password-login', { body: { username, password: 'wrong' } })
        return performance.now() - startedAt
      }
      await timeOf('unknown-one')
      const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
      // In turns, so that what slows the machine down slows both.
      for (let round = 0; round < 11; round += 1) {
        times.known.push(await timeOf('known-one'))
        times.unknown.push(await timeOf('unknown-one'))
      }
      const median = (values: number[]) => values.sort((one, other) => one - other)[5] as number
      const [known, unknown] = [median(times.known), median(times.unknown)]
      expect(unknown / known).toBeGreaterThan(0.5)
      expect(unknown / known).toBeLessThan(2)
    } finally {
      await testApp.close()
    }
  })
})
