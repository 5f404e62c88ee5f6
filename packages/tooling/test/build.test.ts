import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { repository } from './support/project-copy.ts'
import { standInWorkspace } from './support/stand-in-workspace.ts'

async function workspace(variables: Record<string, string> = {}) {
  const { folder, write, remove } = await standInWorkspace()
  onTestFinished(remove)
  const scripts = {
    build: `node -e "console.log('address:', process.env.PUBLIC_URL)"`,
    generate: 'node --version',
  }
  await write('apps/miniapp/package.json', JSON.stringify({ name: '@repo/miniapp', scripts }))
  const build = () => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables }
    const program = join(repository, 'packages/tooling/build.js')
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    return { exitCode: status, output: stdout + stderr }
  }
  return { write, build }
}

it('pnpm build uses the addresses of .env', async () => {
  const { write, build } = await workspace()
  await write('.env', 'PUBLIC_URL=https://personal.example\n')
  expect(build()).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining('address: https://personal.example'),
  })
})

it('pnpm build prefers the addresses of the shell', async () => {
  const { write, build } = await workspace({ PUBLIC_URL: 'https://shell.example' })
  await write('.env', 'PUBLIC_URL=https://personal.example\n')
  expect(build()).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining('address: https://shell.example'),
  })
})

it('pnpm build names an invalid line of .env and builds nothing', async () => {
  const { write, build } = await workspace()
  await write('.env', 'PUBLIC_URL\n')
  const { exitCode, output } = build()
  expect(exitCode).toBe(1)
  expect(output).toMatch(/^\.env, line 1: .*NAME=value/)
  expect(output).not.toContain('address:')
})
