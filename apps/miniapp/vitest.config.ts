import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const standIn = (name: string) => fileURLToPath(new URL(`test/stand-ins/${name}`, import.meta.url))

/** The parts on their own, and the production bundle in a browser with everything behind it. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: {
          alias: [
            { find: '@tarojs/taro', replacement: standIn('taro.ts') },
            { find: '@tarojs/components', replacement: standIn('components.tsx') },
          ],
        },
        define: { PHONE_OPEN_TYPE: '"getPhoneNumber"' },
        test: { name: 'parts', include: ['test/**/*.test.{ts,tsx}'], css: false, restoreMocks: true },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/production-bundle.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
