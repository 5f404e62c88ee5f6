import { defineConfig } from 'vitest/config'

/** Not a test: records the moving pictures of the README. */
export default defineConfig({
  test: {
    include: ['e2e/screenshots/record-login.ts'],
    globalSetup: ['e2e/production-bundle.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
