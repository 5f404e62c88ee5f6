import { describe, expect, it } from 'vitest'
import { startRetention } from '../../src/maintenance/retention.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { firstApp, secondApp, unboundApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('the retention of what has lost its purpose', () => {
  const testApp = useTestApp()

  async function runRetention(sharedApps = testApp.config.sharedApps): Promise<void> {
    const { app, config, database } = testApp
    const retention = startRetention({ database, log: app.log, config: { ...config, sharedApps } })
    await retention.runOnce()
    await retention.close()
  }

  async function ban(person: string, minutes: number | null) {
    const { user } = await testApp.login(person)
    const { accessToken: token } = await loginAsAdmin(testApp, 'person-0')
    const until = minutes === null ? {} : { until: new Date(Date.now() + minutes * 60_000).toISOString() }
    const body = { reason: 'spam', note: 'seen twice', ...until }
    const response = await testApp.call(`PUT /v1/admin/users/${user.id}/ban`, { token, body })
    expect(response.status, response.text).toBe(204)
    const appeal = { code: await testApp.code(person), text: 'it was a mistake' }
    expect((await testApp.call('POST /v1/auth/appeal', { body: appeal })).status).toBe(200)
    return user.id
  }
  async function stored(id: string) {
    const { prisma } = testApp.database
    const { status, bannedUntil, bannedReason, bannedNote, banId } = await prisma.user.findUniqueOrThrow({
      where: { id },
    })
    const appeals = await prisma.appeal.findMany({ where: { userId: id }, select: { state: true } })
    return { status, bannedUntil, bannedReason, bannedNote, banId, appeals }
  }

  it('empties reason, note and end of a ban that has ended, and lapses its appeal', async () => {
    const [ended, running, forever] = [
      await ban('person-1', 5),
      await ban('person-2', 5),
      await ban('person-3', null),
    ]
    await testApp.database.prisma.user.update({
      where: { id: ended },
      data: { bannedUntil: new Date(Date.now() - 1000) },
    })
    // A run stops early while the API's own one is at work.
    await expect
      .poll(() => runRetention().then(() => stored(ended)))
      .toEqual({
        status: 'active',
        bannedUntil: null,
        bannedReason: null,
        bannedNote: null,
        banId: null,
        appeals: [{ state: 'lapsed' }],
      })
    for (const id of [running, forever])
      expect(await stored(id)).toMatchObject({
        status: 'banned',
        bannedReason: 'spam',
        bannedNote: 'seen twice',
        appeals: [{ state: 'open' }],
      })
  })

  it('empties the unionids of apps that share no accounts any more', async () => {
    const unionids = async () => {
      const rows = await testApp.database.prisma.wechatIdentity.findMany({
        where: { unionid: { not: null } },
        select: { appId: true },
      })
      return [...new Set(rows.map(({ appId }) => appId))].sort()
    }
    await testApp.login('person-4')
    await testApp.login('person-5', { appId: secondApp })
    await testApp.login('person-6', { appId: unboundApp })
    expect(await unionids()).toEqual([firstApp, secondApp])
    await runRetention()
    expect(await unionids()).toEqual([firstApp, secondApp])
    const others = testApp.config.sharedApps?.filter(({ appId }) => appId !== secondApp) ?? []
    await expect.poll(() => runRetention(others).then(unionids)).toEqual([firstApp])
    await expect.poll(() => runRetention(null).then(unionids)).toEqual([])
  })
})
