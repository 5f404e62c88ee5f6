import { defineConfig } from 'vitest/config'

const shared = { testTimeout: 20_000, hookTimeout: 60_000, globalSetup: ['test/support/databases.ts'] }

/**
 * The same suite runs on the embedded database and on PostgreSQL; races and processes are tested where they can
 * happen, and what needs no database once.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'embedded',
          include: ['test/both/**/*.test.ts', 'test/alone/**/*.test.ts'],
          provide: { databaseKind: 'embedded' },
        },
      },
      {
        test: {
          ...shared,
          name: 'postgres',
          include: ['test/both/**/*.test.ts', 'test/postgres/**/*.test.ts'],
          provide: { databaseKind: 'postgres' },
        },
      },
      {
        test: {
          ...shared,
          name: 'process',
          include: ['test/process/**/*.test.ts'],
          provide: { databaseKind: 'embedded' },
        },
      },
    ],
  },
})
