import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.test.ts'],
    globalSetup: ['e2e/production-bundle.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
