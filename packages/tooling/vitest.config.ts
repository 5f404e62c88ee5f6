import { defineConfig } from 'vitest/config'
import { reporters, retry } from './src/second-try.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start servers and command lines, up to six in one test: seconds each, and many more on a busy machine.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    retry,
    reporters,
  },
})
