import { afterAll, afterEach, beforeAll } from 'vitest'
import { type E2eEnvironment, type E2eOptions, startE2eEnvironment } from './phone.ts'

/** Starts an environment for a `describe` block. After each test, closes the phones and ends the WeChat fault. */
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
