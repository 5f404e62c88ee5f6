import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the audit log', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
    await testApp.login('person-0')
  })
  afterAll(() => testApp?.close())

  it.each([
    "UPDATE audit_events SET type = 'nothing'",
    'UPDATE audit_events SET user_id = NULL',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events CASCADE',
  ])('rejects %s and keeps its rows', async (statement) => {
    const { prisma } = testApp.database
    const before = await prisma.auditEvent.findMany()
    await expect(prisma.$executeRawUnsafe(statement)).rejects.toThrow('audit_events is append-only')
    expect(await prisma.auditEvent.findMany()).toEqual(before)
    expect(before.map(({ type }) => type).sort()).toEqual(['consent_given', 'login'])
  })

  it('allows the retention to delete rows, and never to change them', async () => {
    const { prisma } = testApp.database
    const change = prisma.$transaction([
      prisma.$executeRaw`SET LOCAL audit.retention = 'on'`,
      prisma.$executeRaw`UPDATE audit_events SET code = 'x'`,
    ])
    await expect(change).rejects.toThrow('audit_events is append-only')
    const truncate = prisma.$transaction([
      prisma.$executeRaw`SET LOCAL audit.retention = 'on'`,
      prisma.$executeRaw`TRUNCATE audit_events`,
    ])
    await expect(truncate).rejects.toThrow('audit_events is append-only')
  })

  it('records whether a login created the user, how long WeChat took, and the IP', async () => {
    const { user } = await testApp.login('person-2')
    await testApp.login('person-2')
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: user.id, type: 'login' },
      orderBy: { id: 'asc' },
    })
    const login = { type: 'login', appId: firstApp, ip: '127.0.0.1', sessionId: expect.any(String) }
    expect(events).toMatchObject([
      { ...login, data: { method: 'wechat', isNewUser: true, wechatMs: expect.any(Number) } },
      { ...login, data: { method: 'wechat', isNewUser: false, wechatMs: expect.any(Number) } },
    ])
  })

  it('keeps its rows when the account is deleted', async () => {
    const { user } = await testApp.login('person-1')
    await testApp.database.prisma.user.delete({ where: { id: user.id } })
    expect(await testApp.database.prisma.auditEvent.count({ where: { userId: user.id } })).toBe(2)
  })
})
