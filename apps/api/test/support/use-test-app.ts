import { afterAll, beforeAll } from 'vitest'
import { createTestApp, type TestApp } from './test-app.ts'

/**
 * The API of the `describe` block that calls this: created before its first test and closed after its last.
 *
 * @returns what hooks and tests may use; it is empty until the block begins.
 */
export function useTestApp(start: () => Promise<TestApp> = createTestApp): TestApp {
  const testApp: Partial<TestApp> = {}
  beforeAll(async () => {
    Object.assign(testApp, await start())
  })
  afterAll(() => testApp.close?.())
  return testApp as TestApp
}
