import { defineConfig } from 'vitest/config'

/** Not a test: takes a picture of every page, for people to look at. */
export default defineConfig({
  test: {
    include: ['e2e/screenshots/take.ts'],
    globalSetup: ['@repo/tooling/chromium-for-tests', 'e2e/production-bundle.ts'],
    // Phones that are in use at the same time.
    maxConcurrency: 2,
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
})
