import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The nearest `prisma/migrations` above: bundles run elsewhere than their sources lie. */
export const migrationsFolder = ((): string => {
  for (let folder = import.meta.dirname; ; folder = join(folder, '..')) {
    const candidate = join(folder, 'prisma/migrations')
    if (existsSync(candidate)) return candidate
    if (folder === join(folder, '..')) throw new Error('there is no prisma/migrations above this file')
  }
})()
