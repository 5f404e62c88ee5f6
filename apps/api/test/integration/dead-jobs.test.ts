import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('dead jobs', () => {
  const testApp = useTestApp()
  let admin: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(testApp, 'person-0')
  })

  const bury = async () => {
    const id = crypto.randomUUID()
    await testApp.database.prisma.job.create({
      data: {
        id,
        kind: 'check_nickname',
        payload: { userId: admin.user.id },
        runAt: new Date(0),
        attempts: 60,
        deadAt: new Date(),
        error: 'wechat_unavailable',
      },
    })
    return id
  }

  it('are listed for admins, without the user that they concern, and retried', async () => {
    const id = await bury()
    const token = admin.accessToken
    const answer = await testApp.call('GET /v1/admin/jobs', { token })
    expect(answer.body.jobs).toEqual([
      { id, kind: 'check_nickname', attempts: 60, deadAt: expect.any(String), error: 'wechat_unavailable' },
    ])
    expect(answer.text).not.toContain(admin.user.id)
    expect((await testApp.call(`POST /v1/admin/jobs/${id}/retry`, { token })).status).toBe(204)
    await eventually(async () => expect(await testApp.database.prisma.job.count({ where: { id } })).toBe(0))
    expect(await testApp.call(`POST /v1/admin/jobs/${id}/retry`, { token })).toMatchObject(
      problem('not_found', 404),
    )
  })

  it('are rejected for users without the role, and for a former admin', async () => {
    const id = await bury()
    const { accessToken } = await testApp.login('person-1')
    const former = await loginAsAdmin(testApp, 'person-2')
    await testApp.database.prisma.user.update({ where: { id: former.user.id }, data: { role: 'user' } })
    expect(await testApp.call('GET /v1/admin/jobs', { token: accessToken })).toMatchObject(
      problem('forbidden', 403),
    )
    for (const token of [accessToken, former.accessToken])
      expect(await testApp.call(`POST /v1/admin/jobs/${id}/retry`, { token })).toMatchObject(
        problem('forbidden', 403),
      )
    expect(await testApp.database.prisma.job.count({ where: { id, deadAt: { not: null } } })).toBe(1)
  })
})
