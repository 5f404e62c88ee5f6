import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Beside the bundle in production, at the root of the repository in development. */
export function findMigrationsFolder(): string {
  const folder = ['./migrations', '../../../../../prisma/migrations']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path))
  if (folder === undefined) throw new Error('the migrations are missing from this build')
  return folder
}
