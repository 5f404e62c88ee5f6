import { defineConfig } from 'vitest/config'

const shared = {
  // Browsers and processes are started, on machines that do other things meanwhile.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 10_000 } },
  // See docs/decisions.md.
  retry: process.env.CI === 'true' ? 1 : 0,
}
const previewTests = ['test/preview/**/*.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', '@repo/tooling/flaky-reporter'],
    projects: [
      { test: { ...shared, name: 'simulator', include: ['test/**/*.test.ts'], exclude: previewTests } },
      { test: { ...shared, name: 'preview', include: previewTests } },
    ],
  },
})
