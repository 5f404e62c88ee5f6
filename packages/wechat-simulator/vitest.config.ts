import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two at least, also on two cores: much of a test is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Processes are started, on machines that do other things meanwhile.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // See docs/decisions/development-and-tests.md.
    retry: process.env.CI === 'true' ? 1 : 0,
    reporters: ['default', '@repo/tooling/flaky-reporter'],
  },
})
