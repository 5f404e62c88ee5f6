import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findChromium } from '@repo/tooling/chromium'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the production bundle. */
    bundleFolder: string
  }
}

const output = 'dist-e2e/weapp'
const packageFolder = join(import.meta.dirname, '..')

/** Builds what would be uploaded to WeChat, into a folder of its own: `dist` may belong to a running watch. */
export async function setup({ provide }: TestProject): Promise<void> {
  provide('bundleFolder', join(packageFolder, output))
  // Without a browser the tests are skipped, and say so.
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
