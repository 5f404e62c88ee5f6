import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'

const run = promisify(execFile)
const apiFolder = join(import.meta.dirname, '../..')

describe('the benchmark', () => {
  const postgresUrl = inject('postgresUrl')

  it.each([
    ...(postgresUrl === null ? [] : [['PostgreSQL', []] as const]),
    ['PGlite', ['--embedded']] as const,
  ])(
    'prints the CPU of every server in every scenario on %s',
    async (name, options) => {
      const few = '--users=20 --many-users=40 --rounds=1 --requests=20 --warm-up=20 --concurrency=4'.split(
        ' ',
      )
      const { stdout } = await run(
        process.execPath,
        ['--import', 'tsx', 'bench/main.ts', ...few, ...options],
        { cwd: apiFolder, env: { ...process.env, TEST_DATABASE_URL: postgresUrl ?? '' } },
      )
      expect(stdout).toContain(name)
      // CPU, its spread and the ratio: a number that could not be measured would be NaN or 0.
      const rows = [...stdout.matchAll(/^(.+?) {2,}([1-9]\d*) \(.+?\) +(\d+\.\d\d) \(/gm)]
      const servers = ['node:http', 'bare Fastify', 'this API', 'this API, 40 users']
      expect(rows.map(([, server]) => server)).toEqual(Array(4).fill(servers).flat())
      const goals = stdout.match(/^ {2}goal: .+ (met|MISSED), \d+\.\d\d x$/gm)
      // PGlite runs inside the API, so its CPU has no goal of its own.
      expect(goals).toHaveLength(name === 'PGlite' ? 8 : 10)
    },
    240_000,
  )

  const explain = (manyUsers: number) =>
    run(
      process.execPath,
      ['--import', 'tsx', 'bench/main.ts', '--explain', '--users=20', `--many-users=${manyUsers}`],
      { cwd: apiFolder, env: { ...process.env, TEST_DATABASE_URL: postgresUrl ?? '' }, maxBuffer: 2 ** 24 },
    )

  it.runIf(postgresUrl)(
    'finds that no hot path scans a table when there are many users',
    async () => {
      const { stdout } = await explain(20_000)
      expect(stdout).toMatch(/^[1-9]\d plans, 0 of them scan a whole table$/m)
      for (const part of [
        'Update on users',
        'Insert on sessions',
        'Insert on audit_events',
        'Insert on consents',
      ])
        expect(stdout).toContain(part)
      // Of the registration's function, and of a foreign key.
      expect(stdout).toContain('"hash" = ANY(banned_hashes)')
      expect(stdout).toContain('FOR KEY SHARE')
    },
    240_000,
  )

  it.runIf(postgresUrl)(
    'exits with 1 when a hot path scans a table, as PostgreSQL does with a small one',
    async () => {
      await expect(explain(20)).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('SCANS ') })
    },
    240_000,
  )

  it('prints its usage and fails when an option is invalid', async () => {
    const invalid = run(process.execPath, ['--import', 'tsx', 'bench/main.ts', '--rounds', 'many'], {
      cwd: apiFolder,
    })
    await expect(invalid).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--rounds <n>') })
  })
})
