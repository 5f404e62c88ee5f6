import { setup as buildServer } from '@repo/api/testing/built-server'
import { provideEmbeddedTemplates } from '@repo/api/testing/embedded-templates'
import { findChromium } from '@repo/tooling/chromium'
import type { TestProject } from 'vitest/node'
import { setup as buildBundle } from '../test/production-bundle.ts'

/** Builds what runs in production, both ends of it, and the database. Without a browser the tests are skipped, and say so. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findChromium() === undefined) {
    project.provide('bundleFolder', '')
    project.provide('embeddedTemplates', null)
    return undefined
  }
  const removals = await Promise.all([
    buildBundle(project),
    buildServer(project),
    provideEmbeddedTemplates(project),
  ])
  return async () => {
    for (const remove of removals) await remove()
  }
}
