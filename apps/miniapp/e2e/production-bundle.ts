import { setup as buildServer } from '@repo/api/testing/built-server'
import { findChromium } from '@repo/tooling/chromium'
import type { TestProject } from 'vitest/node'
import { setup as buildBundle } from '../test/production-bundle.ts'

/** Builds what runs in production, both ends of it. Without a browser the tests are skipped, and say so. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findChromium() === undefined) {
    project.provide('bundleFolder', '')
    return undefined
  }
  const removals = await Promise.all([buildBundle(project), buildServer(project)])
  return async () => {
    for (const remove of removals) await remove()
  }
}
