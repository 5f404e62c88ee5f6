import type { LoginResult } from '@repo/shared'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { problem, startWorld, type World } from '../support/world.ts'

describe.runIf(hasDatabase)('what admins do at the same moment', () => {
  let world: World
  let other: pg.Client
  let admin: LoginResult
  let persons = 0
  beforeAll(async () => {
    const target = await createPostgresDatabase()
    world = await startWorld({}, target)
    other = new pg.Client({ connectionString: target.config.url })
    await other.connect()
    admin = await loginAsAdmin(world, 'person-0')
  })
  afterAll(async () => {
    await other?.end()
    await world?.close()
  })

  const act = (key: string, id: string, body?: unknown) => {
    const [method, what] = key.split(' ')
    return world.call(`${method} /v1/admin/users/${id}/${what}`, {
      token: admin.accessToken,
      ...(body === undefined ? {} : { body }),
    })
  }
  /** Until a transaction in this database waits for a row that another one has. */
  const untilSomebodyWaits = () =>
    expect
      .poll(
        async () => {
          const { rows } = await other.query(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          )
          return rows.length
        },
        { timeout: 5000 },
      )
      .toBeGreaterThan(0)

  it.each<[string, unknown?]>([
    ['PUT ban', { reason: 'x' }],
    ['DELETE ban'],
    ['PUT role', { role: 'admin' }],
    ['PUT level', { level: 1 }],
    ['DELETE sessions'],
  ])('%s does not undo an erasure that is about to be committed', async (key, body) => {
    persons += 1
    const { id } = (await world.login(`person-${persons}`)).user
    const { prisma } = world.database
    await prisma.user.update({ where: { id }, data: { status: 'banned' } })
    await other.query('BEGIN')
    await other.query("UPDATE users SET status = 'erased' WHERE id = $1", [id])
    const answer = act(key, id, body)
    await untilSomebodyWaits()
    await other.query('COMMIT')
    expect(await answer).toMatchObject(problem('not_found', 404))
    expect(await prisma.user.findUnique({ where: { id } })).toMatchObject({
      status: 'erased',
      role: 'user',
      level: 0,
    })
  })

  it('stands in the audit log in the order in which it happened, each after what was before', async () => {
    const { id } = (await world.login('person-20')).user
    const levels = [1, 2, 3, 4, 5, 6, 7, 8]
    const answers = await Promise.all(levels.map((level) => act('PUT level', id, { level })))
    expect(answers.map(({ status }) => status)).toEqual(levels.map(() => 204))
    const { level } = await world.database.prisma.user.findUniqueOrThrow({ where: { id } })
    const events = await world.database.prisma.auditEvent.findMany({ where: { type: 'level_changed' } })
    const next = new Map(events.map(({ data }) => [(data as { from: number }).from, data as { to: number }]))
    const steps: number[] = []
    for (let step = next.get(0); step && steps.length < levels.length; step = next.get(step.to))
      steps.push(step.to)
    expect([...steps].sort()).toEqual(levels)
    expect(steps.at(-1)).toBe(level)
  })
})
