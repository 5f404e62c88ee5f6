import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { drift } from './support/drift.ts'
import { copyProject, prisma, repository } from './support/project-copy.ts'

describe('without a database', () => {
  it('migrate dev writes the next migration', async () => {
    const project = await temporaryProject()
    const existing = await readdir(join(project.folder, 'prisma/migrations'))
    await project.addToSchema('model Note {\n  id Int @id\n}\n')
    const { exitCode, output } = await project.prisma(['migrate', 'dev', '--name', 'add_notes'])
    expect(output).toContain('in sync with your schema')
    expect(exitCode).toBe(0)
    const added = (await readdir(join(project.folder, 'prisma/migrations'))).filter(
      (name) => !existing.includes(name),
    )
    expect(added).toEqual([expect.stringMatching(/^\d{14}_add_notes$/)])
    expect(await project.read(`prisma/migrations/${added[0]}/migration.sql`)).toContain('CREATE TABLE "Note"')
    expect((await project.prisma(drift)).exitCode).toBe(0)
  })

  it('pnpm migrate generates the Prisma client for the new schema', async () => {
    const project = await temporaryProject()
    await project.addToSchema('model Note {\n  id Int @id\n}\n')
    const program = join(repository, 'packages/tooling/migrate.js')
    const { status } = spawnSync(process.execPath, [program, '--name', 'add_notes'], {
      cwd: project.folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    })
    expect(status).toBe(0)
    expect(await project.read('apps/api/src/infra/database/generated/models/Note.ts')).toContain(
      'NoteFindMany',
    )
  })

  it('migrate dev rejects a migration that does not apply', async () => {
    const project = await temporaryProject()
    await project.addMigration('29990101000000_broken', 'ALTER TABLE nowhere ADD COLUMN x INTEGER;')
    const { exitCode, output } = await project.prisma(['migrate', 'dev', '--name', 'next'])
    expect(output).toContain('P3006')
    expect(output).toContain('29990101000000_broken')
    expect(exitCode).toBe(1)
  })

  it.each([['deploy'], ['status'], ['reset', '--force']])(
    'migrate %s asks for DATABASE_URL instead of doing nothing',
    async (...command) => {
      const { exitCode, output } = await prisma(repository, ['migrate', ...command])
      expect(output).toContain('datasource.url')
      expect(exitCode).toBe(1)
    },
  )
})

describe('on a machine without internet', () => {
  it.each([[['validate']], [['format']], [['generate']], [drift], [['migrate', 'dev', '--name', 'next']]])(
    'prisma %s works without a request',
    async (command) => {
      const project = await temporaryProject()
      await project.addToSchema('\n')
      const log = join(project.folder, 'network.log')
      const hook = new URL('./support/forbid-network.js', import.meta.url).href
      const { exitCode } = await project.prisma(command, {
        NODE_OPTIONS: `--import ${hook}`,
        NETWORK_LOG: log,
      })
      expect(exitCode).toBe(0)
      // Prisma's report to its makers is sent by a process that outlives the command.
      await sleep(1_000)
      expect(existsSync(log) ? await readFile(log, 'utf8') : '').toBe('')
    },
  )
})

async function temporaryProject() {
  const project = await copyProject()
  onTestFinished(() => project.remove())
  return project
}
