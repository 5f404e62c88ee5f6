import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const standIn = (name: string) => fileURLToPath(new URL(`test/fakes/${name}`, import.meta.url))
const bundleTests = ['test/bundle*.test.ts', 'test/bare-js-runtime.test.ts']

/** The parts on their own, the production bundle as files, and in a browser with everything behind it. */
export default defineConfig({
  test: {
    reporters: ['default', '@repo/tooling/second-try'],
    projects: [
      {
        resolve: {
          alias: [
            { find: '@tarojs/taro', replacement: standIn('taro.ts') },
            { find: '@tarojs/components', replacement: standIn('components.tsx') },
          ],
        },
        define: { PHONE_OPEN_TYPE: '"getPhoneNumber"' },
        test: {
          name: 'parts',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: bundleTests,
          css: false,
          restoreMocks: true,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'bundle',
          include: bundleTests,
          globalSetup: ['test/production-bundle.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/production-bundle.ts'],
          // A browser and processes are started, on machines that do other things meanwhile.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 10_000 } },
          // See docs/decisions.md.
          retry: process.env.CI === 'true' ? 1 : 0,
        },
      },
    ],
  },
})
