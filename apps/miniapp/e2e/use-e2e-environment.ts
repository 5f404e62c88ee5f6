import { afterAll, afterEach, beforeAll } from 'vitest'
import { type E2eEnvironment, type E2eOptions, startE2eEnvironment } from './phone.ts'

/**
 * The surroundings of the `describe` block that calls this: started before its first test and closed after its last. After
 * each test its phones are closed and WeChat works as usual.
 *
 * @returns what hooks and tests may use; it is empty until the block begins.
 */
export function useE2eEnvironment(options?: E2eOptions): E2eEnvironment {
  const environment: Partial<E2eEnvironment> = {}
  beforeAll(async () => {
    Object.assign(environment, await startE2eEnvironment(options))
  })
  afterEach(async () => {
    await environment.closePhones?.()
    await environment.setFault?.(null)
  })
  afterAll(() => environment.close?.())
  return environment as E2eEnvironment
}
