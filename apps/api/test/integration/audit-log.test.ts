import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { firstApp, startWorld, type World } from '../support/test-app.ts'

describe.runIf(hasDatabase)('the audit log', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
    await world.login('person-0')
  })
  afterAll(() => world?.close())

  it.each([
    "UPDATE audit_events SET type = 'nothing'",
    'UPDATE audit_events SET user_id = NULL',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events CASCADE',
  ])('refuses %s, and keeps what it has', async (statement) => {
    const { prisma } = world.database
    const before = await prisma.auditEvent.findMany()
    await expect(prisma.$executeRawUnsafe(statement)).rejects.toThrow('audit_events is append-only')
    expect(await prisma.auditEvent.findMany()).toEqual(before)
    expect(before).toHaveLength(1)
  })

  it('lets the retention delete, and never change', async () => {
    const { prisma } = world.database
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

  it('keeps of every login whether the person was new, how long WeChat took, and from where', async () => {
    const { user } = await world.login('person-2')
    await world.login('person-2')
    const events = await world.database.prisma.auditEvent.findMany({
      where: { userId: user.id },
      orderBy: { id: 'asc' },
    })
    const login = { type: 'login', appId: firstApp, ip: '127.0.0.1', sessionId: expect.any(String) }
    expect(events).toMatchObject([
      { ...login, data: { method: 'wechat', isNewUser: true, wechatMs: expect.any(Number) } },
      { ...login, data: { method: 'wechat', isNewUser: false, wechatMs: expect.any(Number) } },
    ])
  })

  it('outlives the account', async () => {
    const { user } = await world.login('person-1')
    await world.database.prisma.user.delete({ where: { id: user.id } })
    expect(await world.database.prisma.auditEvent.count({ where: { userId: user.id } })).toBe(1)
  })
})
