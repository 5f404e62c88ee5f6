import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const shared = {
  // Two at least, also on two cores: much of a test is waiting.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Servers and command lines start in these tests, up to six in one: seconds each, many more on a busy machine.
  testTimeout: 240_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
  // See docs/decisions/development-and-tests.md.
  retry: process.env.CI === 'true' ? 1 : 0,
}
const quick = [
  'test/build.test.ts',
  'test/docs.test.ts',
  'test/docs-commands.test.ts',
  'test/miniapp-output.test.ts',
  'test/run-tests.test.ts',
  'test/schema-drift.test.ts',
  'test/structure.test.ts',
]

export default defineConfig({
  test: {
    reporters: ['default', './src/flaky-reporter.ts'],
    projects: [
      { test: { ...shared, name: 'quick', include: quick } },
      { test: { ...shared, name: 'slow', include: ['test/**/*.test.ts'], exclude: quick } },
    ],
  },
})
