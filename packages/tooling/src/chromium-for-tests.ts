import type { TestProject } from 'vitest/node'
import { findChromium, launchChromiumServer } from './chromium.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the run's Chromium takes connections; empty without one. */
    chromium: string
  }
}

/** Vitest's `globalSetup`: one Chromium for the whole run. */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findChromium() === undefined) {
    provide('chromium', '')
    return undefined
  }
  const server = await launchChromiumServer()
  provide('chromium', server.wsEndpoint())
  return () => server.close()
}
