import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Bounds against hanging, wide enough for a machine that does other things meanwhile. */
const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
  // See docs/decisions/development-and-tests.md.
  retry: process.env.CI === 'true' ? 1 : 0,
  globalSetup: ['test/support/databases.ts'],
}

/** Many tests wait, for a timeout or a lock, while another file could run: two at least, also on two cores. */
const sideBySide = { maxWorkers: Math.max(2, availableParallelism() - 1), sequence: { groupOrder: 0 } }
/** Those with processes use the machine up by themselves. */
const oneByOne = { maxWorkers: 1, sequence: { groupOrder: 1 } }

/**
 * The same suite runs on the embedded database and on PostgreSQL; races and processes are tested where they can
 * happen, and what needs no database once.
 */
export default defineConfig({
  test: {
    reporters: ['default', '@repo/tooling/second-try'],
    projects: [
      {
        test: {
          ...shared,
          ...sideBySide,
          name: 'embedded',
          include: ['test/both/**/*.test.ts', 'test/alone/**/*.test.ts'],
          provide: { databaseKind: 'embedded' },
        },
      },
      {
        test: {
          ...shared,
          ...sideBySide,
          name: 'postgres',
          include: ['test/both/**/*.test.ts', 'test/postgres/**/*.test.ts'],
          provide: { databaseKind: 'postgres' },
        },
      },
      {
        test: {
          ...shared,
          ...oneByOne,
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          provide: { databaseKind: 'embedded' },
        },
      },
    ],
  },
})
