import pg from 'pg'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { startTestPostgres, type TestPostgres } from '../src/test-postgres.ts'
import { copyProject } from './support/project-copy.ts'

const found = await startTestPostgres()

describe.skipIf(found === null)('prisma on a PostgreSQL', () => {
  const server = found as TestPostgres
  afterAll(() => server.stop())

  it('deploys the migrations, and reports that they are applied', async () => {
    const { prisma, rows } = await world()
    expect(await prisma('migrate', 'status')).toMatchObject({ exitCode: 1 })
    expect(await prisma('migrate', 'deploy')).toMatchObject({ exitCode: 0 })
    expect(await rows(`SELECT to_regclass('users') IS NOT NULL AS exists`)).toEqual([{ exists: true }])
    const status = await prisma('migrate', 'status')
    expect(status.output).toContain('up to date')
    expect(status.exitCode).toBe(0)
    const again = await prisma('migrate', 'deploy')
    expect(again.output).toContain('No pending migrations')
  })

  it('creates and applies a migration in one step', async () => {
    const { prisma, project, rows } = await world()
    await project.addToSchema('model Note {\n  id Int @id\n}\n')
    const { output, exitCode } = await prisma('migrate', 'dev', '--name', 'add_notes')
    expect(output).toContain('_add_notes')
    expect(exitCode).toBe(0)
    expect(await rows(`SELECT to_regclass('"Note"') IS NOT NULL AS exists`)).toEqual([{ exists: true }])
    expect(await rows('SELECT count(*)::int FROM _prisma_migrations WHERE finished_at IS NULL')).toEqual([
      { count: 0 },
    ])
  })

  it('creates a database that does not exist yet', async () => {
    const { project, url } = await world()
    const missing = new URL(url)
    missing.pathname += '_missing'
    onTestFinished(() => runOn(url, `DROP DATABASE "${missing.pathname.slice(1)}"`).then(() => {}))
    const { exitCode } = await project.prisma(['migrate', 'deploy'], { DATABASE_URL: missing.href })
    expect(exitCode).toBe(0)
    expect(await runOn(missing.href, 'SELECT count(*)::int FROM users')).toEqual([{ count: 0 }])
  })

  it('runs a migration whose text has semicolons inside', async () => {
    const { prisma, project, rows } = await world()
    const body = `BEGIN RETURN 'a;b'; END;`
    await project.addMigration(
      '29990101000000_function',
      `CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ ${body} $$;`,
    )
    expect(await prisma('migrate', 'deploy')).toMatchObject({ exitCode: 0 })
    expect(await rows('SELECT f()')).toEqual([{ f: 'a;b' }])
  })

  it('records a failed migration, and applies it after it was resolved', async () => {
    const { prisma, project, rows } = await world()
    const name = '29990101000000_needs_table'
    await project.addMigration(name, 'ALTER TABLE missing ADD COLUMN x INTEGER;')
    const failed = await prisma('migrate', 'deploy')
    expect(failed.output).toContain(name)
    expect(failed.output).toContain('No such table')
    expect(failed.exitCode).toBe(1)
    expect((await prisma('migrate', 'deploy')).output).toContain('P3009')
    await rows('CREATE TABLE missing ()')
    expect(await prisma('migrate', 'resolve', '--rolled-back', name)).toMatchObject({ exitCode: 0 })
    expect(await prisma('migrate', 'deploy')).toMatchObject({ exitCode: 0 })
  })

  it('pushes a schema, runs a script, pulls a schema, and resets the database', async () => {
    const { prisma, project, rows } = await world()
    await project.addToSchema('model Note {\n  id Int @id\n}\n')
    expect(await prisma('db', 'push')).toMatchObject({ exitCode: 0 })
    await project.write(
      'script.sql',
      'ALTER TABLE "Note" ADD COLUMN title TEXT; INSERT INTO "Note" VALUES (1)',
    )
    expect(await prisma('db', 'execute', '--file', 'script.sql')).toMatchObject({ exitCode: 0 })
    expect(await rows('SELECT * FROM "Note"')).toEqual([{ id: 1, title: null }])
    expect(await prisma('db', 'pull')).toMatchObject({ exitCode: 0 })
    expect(await project.read('prisma/schema.prisma')).toMatch(/title\s+String\?/)
    expect(await prisma('migrate', 'reset', '--force')).toMatchObject({ exitCode: 0 })
    expect(await rows(`SELECT to_regclass('"Note"') AS note, to_regclass('users') AS users`)).toEqual([
      { note: null, users: 'users' },
    ])
  })

  it('reports a connection error without showing the password', async () => {
    const { project, url } = await world()
    const password = new URL(url)
    password.password = 'not-the-password'
    const rejected = await project.prisma(['migrate', 'deploy'], { DATABASE_URL: password.href })
    expect(rejected.output).toContain('P1000')
    expect(rejected.output).not.toContain('not-the-password')
    expect(rejected.exitCode).toBe(1)
    const unreachable = await project.prisma(['migrate', 'deploy'], {
      DATABASE_URL: 'postgresql://a:secret-word@127.0.0.1:1/x',
    })
    expect(unreachable.output).toContain('P1001')
    expect(unreachable.output).not.toContain('secret-word')
    expect(unreachable.exitCode).toBe(1)
  })

  /** An empty database and a project that is set to it. */
  async function world() {
    const [project, database] = await Promise.all([copyProject(), server.createDatabase()])
    onTestFinished(async () => {
      await Promise.all([project.remove(), database.drop()])
    })
    return {
      project,
      url: database.url,
      prisma: (...args: string[]) => project.prisma(args, { DATABASE_URL: database.url }),
      rows: (sql: string) => runOn(database.url, sql),
    }
  }
})

async function runOn(url: string, sql: string) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
