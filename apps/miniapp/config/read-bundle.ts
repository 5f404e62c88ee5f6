import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { BundleFile } from './package-size.ts'

/** All files below a bundle's folder, their paths with `/` on every system. */
export function readBundle(folder: string): BundleFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(folder, path).replaceAll('\\', '/'),
      content: readFileSync(path),
    }))
}
