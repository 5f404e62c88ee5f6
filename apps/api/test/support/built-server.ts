import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const apiFolder = join(import.meta.dirname, '../..')

/** Builds the API once for all its processes: from the source each would take seconds to start. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  // Within the package, so that the dependencies are found.
  const parent = join(apiFolder, 'node_modules/.cache')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'built-server-'))
  await promisify(execFile)(process.execPath, ['build.js', folder], { cwd: apiFolder })
  provide('builtServer', folder)
  return () => rm(folder, { recursive: true, force: true })
}
