import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const fake = (name: string) => fileURLToPath(new URL(`test/fakes/${name}`, import.meta.url))
const bundleTests = ['test/bundle*.test.ts', 'test/bare-js-runtime.test.ts']
const smokeTests = ['e2e/login.test.ts']

/** Two at least, also on two cores: much of a test is waiting, for a browser, a build or a timer. */
const maxWorkers = Math.max(2, availableParallelism() - 1)

const inBrowser = {
  maxWorkers,
  globalSetup: ['@repo/tooling/chromium-for-tests', 'e2e/production-bundle.ts'],
  // A browser and processes are started, on machines that do other things meanwhile.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 10_000 } },
  // See docs/decisions/development-and-tests.md.
  retry: process.env.CI === 'true' ? 1 : 0,
}

/** `unit` and `smoke` are the quick ones: units, and a login in a browser. The others look at the bundle and at every page. */
export default defineConfig({
  test: {
    reporters: ['default', '@repo/tooling/flaky-reporter'],
    projects: [
      {
        resolve: {
          alias: [
            { find: '@tarojs/taro', replacement: fake('taro.ts') },
            { find: '@tarojs/components', replacement: fake('components.tsx') },
          ],
        },
        define: { PHONE_HAS_OWN_PAGE: 'false', PHONE_OPEN_TYPE: '"getPhoneNumber"' },
        test: {
          name: 'unit',
          maxWorkers,
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
          maxWorkers,
          include: bundleTests,
          globalSetup: ['test/production-bundle.ts'],
          // Some build the mini program, two at a time: half a minute each where nothing else runs.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...inBrowser,
          name: 'smoke',
          include: smokeTests,
        },
      },
      {
        test: {
          ...inBrowser,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: smokeTests,
        },
      },
    ],
  },
})
