import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const standIn = (name: string) => fileURLToPath(new URL(`test/stand-ins/${name}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: '@tarojs/taro', replacement: standIn('taro.ts') },
      { find: '@tarojs/components', replacement: standIn('components.tsx') },
    ],
  },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    css: false,
    restoreMocks: true,
  },
})
