import { expect, it, onTestFinished } from 'vitest'
import { drift } from './support/drift.ts'
import { copyProject, prisma, repository } from './support/project-copy.ts'

it('schema.prisma and prisma/migrations agree (else: pnpm migrate)', async () => {
  const { exitCode, output } = await prisma(repository, drift)
  expect(output).toContain('No difference detected')
  expect(exitCode).toBe(0)
})

it('prisma migrate diff fails when the schema has a table that no migration creates', async () => {
  const project = await copyProject()
  onTestFinished(() => project.remove())
  await project.addToSchema('model Note {\n  id Int @id\n}\n')
  const { exitCode, output } = await project.prisma(drift)
  expect(output).toContain('Note')
  expect(exitCode).toBe(2)
})
