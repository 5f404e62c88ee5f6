import type { TestProject } from 'vitest/node'
import { buildBundle } from './build-bundle.ts'
import { apiVariables, environment } from './bundle-environment.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the production bundle. */
    bundleFolder: string
    /** What its build said. */
    bundleOutput: string
  }
}

/** Builds what would be uploaded to WeChat, once for all files that look at it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { folder, output, remove } = await buildBundle({ ...environment, ...apiVariables })
  provide('bundleFolder', folder)
  provide('bundleOutput', output)
  return remove
}
