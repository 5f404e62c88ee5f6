import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startRetention } from '../../src/maintenance/retention.ts'
import { callOk } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe, expectNoJobs } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { searchEverywhere } from '../support/search.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const ip = '203.0.113.88'

async function loginAndDelete(testApp: TestApp, person: string): Promise<string> {
  const { body } = await testApp.call('POST /v1/auth/login', {
    body: { code: await testApp.code(person) },
    remoteAddress: ip,
  })
  await deleteMe(testApp, body.accessToken, { code: await testApp.code(person) })
  await expectNoJobs(testApp)
  return body.user.id
}

/** As if so many days had passed. The triggers do not fire for a replica. */
const shiftDays = ({ database: { prisma } }: TestApp, days: number, table: string, column = 'at') =>
  prisma.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await transaction.$executeRawUnsafe(`UPDATE ${table} SET ${column} = ${column} - interval '${days} days'`)
  })

async function runRetention({ database, config }: TestApp): Promise<void> {
  const retention = startRetention({ database, config, log: pino({ level: 'silent' }) })
  await retention.runOnce()
  await retention.close()
}

describe.runIf(hasDatabase)('the network logs of a deleted account', () => {
  const testApp = useTestApp()
  const sealed = (userId: string) =>
    testApp.database.prisma.sealedNetworkLog.findMany({ where: { userId }, orderBy: { type: 'asc' } })

  it('are sealed until they are 184 days old, and then nothing of the user is left', async () => {
    const userId = await loginAndDelete(testApp, nextUser())
    expect((await sealed(userId)).map((row) => [row.type, row.ip])).toEqual([
      ['account_deleted', '127.0.0.1'],
      ['consent_given', ip],
      ['login', ip],
      ['session_used', ip],
    ])
    await shiftDays(testApp, 183, 'sealed_network_logs')
    await runRetention(testApp)
    expect(await sealed(userId)).toHaveLength(4)
    await shiftDays(testApp, 2, 'sealed_network_logs')
    await runRetention(testApp)
    expect(await searchEverywhere(testApp, { ip })).toEqual([])
  })

  it('are deleted at once when they are older than 184 days', async () => {
    const person = nextUser()
    const { accessToken, user } = await testApp.login(person)
    await shiftDays(testApp, 185, 'audit_events')
    await shiftDays(testApp, 185, 'sessions', 'refreshed_at')
    await deleteMe(testApp, accessToken, { code: await testApp.code(person) })
    expect((await sealed(user.id)).map(({ type }) => type)).toEqual(['account_deleted'])
  })

  it('are deleted at once when SEAL_NETWORK_LOGS_AT_DELETION is off', async () => {
    const ownApp = await createTestApp({ SEAL_NETWORK_LOGS_AT_DELETION: 'off' })
    onTestFinished(ownApp.close)
    await loginAndDelete(ownApp, nextUser())
    expect(await searchEverywhere(ownApp, { ip })).toEqual([])
    expect(await ownApp.database.prisma.sealedNetworkLog.count()).toBe(0)
  })

  it('cannot be changed, nor deleted early, also when a transaction says that it is the retention', async () => {
    await loginAndDelete(testApp, nextUser())
    const { prisma } = testApp.database
    for (const sql of [
      `UPDATE sealed_network_logs SET ip = '0.0.0.0'`,
      'DELETE FROM sealed_network_logs',
      'TRUNCATE sealed_network_logs',
    ])
      await expect(
        prisma.$transaction(async (transaction) => {
          await transaction.$queryRaw`
            SELECT set_config('audit.retention', 'on', true), set_config('audit.rewrite', 'on', true)`
          await transaction.$executeRawUnsafe(sql)
        }),
        sql,
      ).rejects.toThrow('184 days')
  })

  it('are sealed within the statement timeout when there are 100,000 events', async () => {
    const { prisma } = testApp.database
    const person = nextUser()
    const { user, accessToken } = await testApp.login(person)
    await prisma.$executeRaw`
      INSERT INTO audit_events (id, type, at, user_id, ip, data)
      SELECT gen_random_uuid(), 'login', now(), ${user.id}::uuid, ${ip}::inet, '{"method":"wechat"}'
      FROM generate_series(1, 100000)`
    const { status } = await deleteMe(testApp, accessToken, { code: await testApp.code(person) })
    expect(status).toBe(204)
    expect(await prisma.sealedNetworkLog.count({ where: { userId: user.id, type: 'login' } })).toBe(100_001)
    expect(await prisma.auditEvent.count({ where: { userId: user.id, ip: { not: null } } })).toBe(0)
  }, 120_000)

  it('are in no response of the API, neither for an admin nor after a new registration', async () => {
    const person = nextUser()
    const userId = await loginAndDelete(testApp, person)
    const admin = await loginAsAdmin(testApp, 'person-0')
    const details = await testApp.call(`GET /v1/admin/users/${userId}?reason=ticket`, {
      token: admin.accessToken,
    })
    expect(details.status).toBe(200)
    expect(details.text).not.toContain('203.0')
    const reveal = { token: admin.accessToken, body: { reason: 'ticket' } }
    const revealed = await testApp.call(`POST /v1/admin/users/${userId}/reveal`, reveal)
    expect(revealed.text).not.toContain('203.0')
    const again = await testApp.login(person)
    const proof = { code: await testApp.code(person) }
    const exported = await testApp.call('POST /v1/me/export', { token: again.accessToken, body: { proof } })
    expect(exported.status).toBe(200)
    expect(exported.text).not.toContain('203.0')
  })

  it('do not contain the IP of an admin, whose log keeps it until the admin deletes their account', async () => {
    const { prisma } = testApp.database
    const [person, adminPerson] = [nextUser(), nextUser()]
    const { user, accessToken } = await testApp.login(person)
    const admin = await loginAsAdmin(testApp, adminPerson)
    await testApp.call(`PUT /v1/admin/users/${user.id}/level`, {
      token: admin.accessToken,
      body: { level: 1 },
      remoteAddress: '203.0.113.99',
    })
    await deleteMe(testApp, accessToken, { code: await testApp.code(person) })
    expect((await sealed(user.id)).map((row) => row.ip)).not.toContain('203.0.113.99')
    const event = () =>
      prisma.auditEvent.findFirstOrThrow({ where: { userId: user.id, type: 'level_changed' } })
    expect(await event()).toMatchObject({ ip: '203.0.113.99', data: null })
    await callOk(
      testApp,
      'POST /v1/me/delete',
      { proof: { code: await testApp.code(adminPerson) } },
      { token: admin.accessToken },
    )
    expect((await event()).ip).toBeNull()
    expect((await sealed(admin.user.id)).map((row) => row.ip)).toContain('203.0.113.99')
  })
})

describe.runIf(hasDatabase)('the last IP of a user', () => {
  const testApp = useTestApp()

  it('is emptied by the retention when the login is older than AUDIT_RETENTION_DAYS', async () => {
    const { prisma } = testApp.database
    const { user } = await testApp.login(nextUser())
    const lastIp = async () => (await prisma.user.findUniqueOrThrow({ where: { id: user.id } })).lastLoginIp
    await shiftDays(testApp, 199, 'users', 'last_login_at')
    await runRetention(testApp)
    expect(await lastIp()).toBe('127.0.0.1')
    await shiftDays(testApp, 2, 'users', 'last_login_at')
    // A run stops early while the API's own one is at work.
    await expect.poll(() => runRetention(testApp).then(lastIp)).toBe('0.0.0.0')
  })
})
