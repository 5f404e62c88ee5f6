import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start servers and command lines, up to six in one test: seconds each, and many more on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    // See docs/decisions/development-and-tests.md.
    retry: process.env.CI === 'true' ? 1 : 0,
    reporters: ['default', './src/second-try.ts'],
  },
})
