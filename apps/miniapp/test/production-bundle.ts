import type { TestProject } from 'vitest/node'
import { type BuiltBundle, buildBundle } from './build-bundle.ts'
import { apiVariables, environment } from './bundle-environment.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the production bundle. */
    bundleFolder: string
    /** What its build said. */
    bundleOutput: string
  }
}

/** Vitest loads this file once per project, and all projects of a run share one build: it takes half a minute. */
const shared = globalThis as { productionBundle?: { users: number; built: Promise<BuiltBundle> } }

/** Builds what would be uploaded to WeChat, once for all files that look at it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  shared.productionBundle ??= { users: 0, built: buildBundle({ ...environment, ...apiVariables }) }
  const bundle = shared.productionBundle
  bundle.users += 1
  const { folder, output, remove } = await bundle.built
  provide('bundleFolder', folder)
  provide('bundleOutput', output)
  return async () => {
    bundle.users -= 1
    if (bundle.users > 0) return
    delete shared.productionBundle
    await remove()
  }
}
