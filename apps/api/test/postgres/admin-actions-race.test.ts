import type { LoginResult } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proven } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { interleave, waitUntilBlocked } from '../support/interleave.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('concurrent admin actions', () => {
  let testApp: TestApp
  let admin: LoginResult
  let persons = 0
  beforeAll(async () => {
    testApp = await createTestApp()
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())

  const act = (key: string, id: string, body?: unknown) => {
    const [method, what] = key.split(' ')
    return testApp.call(`${method} /v1/admin/users/${id}/${what}`, {
      token: admin.accessToken,
      ...(body === undefined ? {} : { body }),
    })
  }

  it.each<[string, object?]>([
    ['PUT ban', { reason: 'x' }],
    ['DELETE ban'],
    ['PUT role', { role: 'admin' }],
    ['PUT level', { level: 1 }],
    ['DELETE sessions'],
  ])('%s does not undo a deletion that is about to commit', async (key, given) => {
    persons += 1
    const { id } = (await testApp.login(`person-${persons}`)).user
    const { prisma } = testApp.database
    await prisma.user.update({ where: { id }, data: { status: 'banned' } })
    const body = key === 'PUT role' ? await proven(testApp, admin.accessToken, given) : given
    const { answer } = await testApp.database.transaction(async (query) => {
      await query`UPDATE users SET status = 'deleted' WHERE id = ${id}::uuid`
      return waitUntilBlocked(testApp.database, () => act(key, id, body))
    })
    expect(await answer).toMatchObject(problem('not_found', 404))
    expect(await prisma.user.findUnique({ where: { id } })).toMatchObject({
      status: 'deleted',
      role: 'user',
      level: 0,
    })
  })

  it('let one of two admins who ban each other succeed', async () => {
    const [one, other] = [await loginAsAdmin(testApp, 'person-30'), await loginAsAdmin(testApp, 'person-31')]
    const ban = (by: LoginResult, whom: LoginResult) => () =>
      testApp.call(`PUT /v1/admin/users/${whom.user.id}/ban`, {
        token: by.accessToken,
        body: { reason: 'spam' },
      })
    const [first, second] = await interleave(testApp.database, ban(one, other), ban(other, one))
    expect(first?.status).toBe(204)
    expect(second).toMatchObject(problem('account_banned', 403))
  })

  it('are in the audit log in the order in which they happened, each with the previous value', async () => {
    const { id } = (await testApp.login('person-20')).user
    const levels = [1, 2, 3, 4, 5, 6, 7, 8]
    const answers = await Promise.all(levels.map((level) => act('PUT level', id, { level })))
    expect(answers.map(({ status }) => status)).toEqual(levels.map(() => 204))
    const { level } = await testApp.database.prisma.user.findUniqueOrThrow({ where: { id } })
    const events = await testApp.database.prisma.auditEvent.findMany({ where: { type: 'level_changed' } })
    const next = new Map(events.map(({ data }) => [(data as { from: number }).from, data as { to: number }]))
    const steps: number[] = []
    for (let step = next.get(0); step && steps.length < levels.length; step = next.get(step.to))
      steps.push(step.to)
    expect([...steps].sort()).toEqual(levels)
    expect(steps.at(-1)).toBe(level)
  })
})
