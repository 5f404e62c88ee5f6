import { findChromium } from '@repo/wechat-simulator/chromium'
import type { TestProject } from 'vitest/node'
import { setup as buildOnce } from '../test/production-bundle.ts'

/** The bundle that the tests of its files look at, too. Without a browser the tests are skipped, and say so. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findChromium() !== undefined) return buildOnce(project)
  project.provide('bundleFolder', '')
  return undefined
}
