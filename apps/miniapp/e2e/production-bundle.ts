import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findChromium } from '@repo/wechat-simulator/chromium'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the production bundle. */
    bundleFolder: string
  }
}

const output = 'dist-e2e/weapp'
const packageFolder = join(import.meta.dirname, '..')

/** Builds the production bundle into its own folder: a running watch may use `dist`. */
export async function setup({ provide }: TestProject): Promise<void> {
  provide('bundleFolder', join(packageFolder, output))
  // Without a browser the tests are skipped.
  if (findChromium() === undefined) return
  await promisify(execFile)('pnpm', ['run', 'build'], {
    cwd: packageFolder,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      MINIAPP_OUTPUT: output,
      PUBLIC_URL: 'http://127.0.0.1:3000',
    },
  })
}
