import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'

/**
 * Writes a migration for the changed schema, then generates the Prisma client, which `prisma migrate dev` no longer does.
 * The API of a running `dev` restarts with both and applies the migration.
 *
 * @param folder the root of the repository
 * @param args passed on to `prisma migrate dev`
 * @returns the exit code
 */
export async function migrate(folder: string, args: string[]): Promise<number> {
  const code = await prisma(folder, ['migrate', 'dev', ...args])
  return code === 0 ? prisma(folder, ['generate']) : code
}

async function prisma(folder: string, args: string[]): Promise<number> {
  const program = createRequire(`${folder}/package.json`).resolve('prisma/build/index.js')
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code ?? 1
}
