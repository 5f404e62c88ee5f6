import { execFile } from 'node:child_process'
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const prismaProgram = createRequire(import.meta.url).resolve('prisma/build/index.js')

export interface PrismaResult {
  exitCode: number
  /** Stdout and stderr. */
  output: string
}

/** Runs a `prisma` command as a developer would, with `variables` instead of the tests' environment. */
export function prisma(
  folder: string,
  args: string[],
  variables: Record<string, string> = {},
): Promise<PrismaResult> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables }
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [prismaProgram, ...args],
      { cwd: folder, env },
      (error, stdout, stderr) => {
        resolve({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr })
      },
    )
    child.stdin?.end()
  })
}

/** A copy of the project whose schema, migrations and configuration a test can change. */
export async function copyProject() {
  const folder = await mkdtemp(join(tmpdir(), 'prisma-commands-'))
  await mkdir(join(folder, 'packages'))
  await cp(join(repository, 'prisma'), join(folder, 'prisma'), { recursive: true })
  await cp(join(repository, 'prisma.config.ts'), join(folder, 'prisma.config.ts'))
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
  await symlink(join(repository, 'packages/tooling'), join(folder, 'packages/tooling'))
  return {
    folder,
    prisma: (args: string[], variables?: Record<string, string>) => prisma(folder, args, variables),
    addToSchema: (text: string) => appendFile(join(folder, 'prisma/schema.prisma'), text),
    read: (path: string) => readFile(join(folder, path), 'utf8'),
    write: (path: string, text: string) => writeFile(join(folder, path), text),
    async addMigration(name: string, sql: string) {
      await mkdir(join(folder, 'prisma/migrations', name))
      await writeFile(join(folder, 'prisma/migrations', name, 'migration.sql'), sql)
    },
    remove: () => rm(folder, { recursive: true }),
  }
}
