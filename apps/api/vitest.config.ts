import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Bounds against hanging, wide enough for a machine that does other things meanwhile. */
const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
  // See docs/decisions/development-and-tests.md.
  retry: process.env.CI === 'true' ? 1 : 0,
}

/** Importing the API takes seconds: a worker does it once, and starts the embedded database once. */
const inSharedWorkers = {
  isolate: false,
  setupFiles: ['test/support/setup-file.ts'],
  // Half of their time is waiting, for a timeout or a lock: three at least, also on two cores.
  maxWorkers: Math.max(3, availableParallelism() - 1),
  sequence: { groupOrder: 0 },
}

/** Integration tests of what no database decides: they run on the embedded one alone. */
const independentOfTheDatabase = [
  'avatar-files',
  'avatar-images',
  'avatar-moderation',
  'avatar-upload',
  'client-ip',
  'data-keys',
  'development-guard',
  'files',
  'http',
  'limits',
  'mask-ip',
  'nickname-moderation',
  'open-data',
  'open-data-forgeries',
  'password-guesses',
  'password-limits',
  'push-forgeries',
  's3-storage',
  'session-key-reset',
  'several-apps',
  'signing-keys',
  'unmoderated-content',
  'wechat-failures',
  'wechat-hangs',
  'wechat-nickname-moderation',
  'wechat-session',
].map((name) => `test/integration/${name}.test.ts`)

/** `unit` and `embedded` are the quick ones. */
export default defineConfig({
  test: {
    reporters: ['default', '@repo/tooling/flaky-reporter'],
    projects: [
      {
        test: {
          ...shared,
          ...inSharedWorkers,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
        },
      },
      {
        test: {
          ...shared,
          ...inSharedWorkers,
          name: 'embedded',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/databases.ts'],
          provide: { databaseKind: 'embedded' },
        },
      },
      {
        test: {
          ...shared,
          ...inSharedWorkers,
          name: 'postgres',
          include: ['test/integration/**/*.test.ts', 'test/postgres/**/*.test.ts'],
          exclude: independentOfTheDatabase,
          globalSetup: ['test/support/databases.ts'],
          provide: { databaseKind: 'postgres' },
        },
      },
      {
        test: {
          ...shared,
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          globalSetup: ['test/support/databases.ts', 'test/support/built-server.ts'],
          provide: { databaseKind: 'embedded' },
          // Each starts processes of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
