import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { startRetention } from '../../src/maintenance/retention.ts'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'
import { createTestApp } from '../support/test-app.ts'

const log = pino({ level: 'silent' })
const day = 24 * 60 * 60
const config = {
  retentionSeconds: 30 * day,
  consentRetentionSeconds: 90 * day,
  sharedApps: null,
  accessToken: { lifetimeSeconds: 600, keys: [{ id: 'unused', secret: Buffer.alloc(0) }] as [never] },
}
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000)

describe.runIf(hasDatabase)('the retention', () => {
  let target: Awaited<ReturnType<typeof createTestDatabase>>
  let database: Database
  beforeEach(async () => {
    target = await createTestDatabase()
    database = await openDatabase(target.config, { migrationsFolder, log })
  })
  afterEach(async () => {
    await database.close()
    await target.remove()
  })

  /** One event, one session of each fate and one revocation, as old as told. */
  async function seed({ id, age }: { id: string; age: number }): Promise<void> {
    const { prisma } = database
    const userId = uuidv7()
    const moment = secondsAgo(age)
    const later = new Date(Date.now() + 1000 * day)
    await prisma.user.create({ data: { id: userId, lastLoginAt: moment, lastLoginIp: '127.0.0.1' } })
    const session = {
      userId,
      appId: 'wx',
      refreshedAt: moment,
      createdAt: moment,
      endsAt: later,
      ip: '127.0.0.1',
    }
    await prisma.session.createMany({
      data: [
        { ...session, id: uuidv7(), openid: `${id} expired`, expiresAt: moment },
        { ...session, id: uuidv7(), openid: `${id} revoked`, expiresAt: later, revokedAt: moment },
        { ...session, id: uuidv7(), openid: `${id} alive`, expiresAt: later },
      ],
    })
    await prisma.auditEvent.create({ data: { id: uuidv7(), type: 'login', at: moment, code: id } })
    await prisma.revocation.create({
      data: { sessionId: userId, createdAt: moment, minimumTokenVersion: age },
    })
  }
  const left = async () => {
    const { prisma } = database
    const [sessions, events, revocations] = await Promise.all([
      prisma.session.findMany({ orderBy: { openid: 'asc' } }),
      prisma.auditEvent.findMany({ orderBy: { code: 'asc' } }),
      prisma.revocation.findMany(),
    ])
    return {
      sessions: sessions.map(({ openid }) => openid),
      events: events.map(({ code }) => code),
      revocations: revocations.length,
    }
  }
  const seedEvents = (count: number) => database.prisma.$executeRaw`
    INSERT INTO audit_events (id, type, at) SELECT gen_random_uuid(), 'login', ${secondsAgo(31 * day)}::timestamptz
    FROM generate_series(1, ${count}::int)`
  const countEvents = () => database.prisma.auditEvent.count()

  it('deletes what is older than the configured time, and nothing else', async () => {
    await seed({ id: 'old', age: 30 * day + 60 })
    await seed({ id: 'young', age: 30 * day - 60 })
    const retention = startRetention({ database, config, log })
    await retention.runOnce()
    await retention.close()
    expect(await left()).toEqual({
      sessions: ['old alive', 'young alive', 'young expired', 'young revoked'],
      events: ['young'],
      revocations: 0,
    })
  })

  it('deletes decided reviews after 184 days, and never one that waits', async () => {
    const { prisma } = database
    const review = (age: number, decision: 'rejected' | null) => ({
      id: uuidv7(),
      kind: 'nickname' as const,
      traceId: `${decision} ${age}`,
      submittedAt: secondsAgo(age),
      decision,
      decidedAt: decision && secondsAgo(age),
    })
    const [edge, minute] = [184 * day, 60]
    await prisma.contentReview.createMany({
      data: [
        review(edge + minute, 'rejected'),
        review(edge - minute, 'rejected'),
        review(edge + minute, null),
      ],
    })
    const retention = startRetention({ database, config, log })
    await retention.runOnce()
    await retention.close()
    const stored = await prisma.contentReview.findMany({ orderBy: { id: 'asc' } })
    expect(stored.map(({ traceId }) => traceId)).toEqual([
      `rejected ${edge - minute}`,
      `null ${edge + minute}`,
    ])
  })

  it('deletes expired tickets, checks, messages and bans, and no others', async () => {
    const { prisma } = database
    const bytes = (fill: number) => new Uint8Array(32).fill(fill)
    for (const [index, age] of [-60, 60, 8 * day].entries()) {
      const moment = secondsAgo(age)
      await prisma.mergeTicket.create({
        data: {
          id: uuidv7(),
          secretHash: bytes(0),
          userId: uuidv7(),
          otherUserId: uuidv7(),
          expiresAt: moment,
        },
      })
      await prisma.avatarCheck.create({
        data: { traceId: `t${index}`, appId: 'wx', userId: uuidv7(), avatarKey: 'a', askedAt: moment },
      })
      await prisma.wechatMessage.create({ data: { hash: bytes(index), receivedAt: moment } })
      await prisma.bannedIdentity.create({ data: { hash: bytes(index), keyId: 'k1', until: moment } })
    }
    await prisma.bannedIdentity.create({ data: { hash: bytes(9), keyId: 'k1', until: null } })
    const retention = startRetention({ database, config, log })
    await retention.runOnce()
    await retention.close()
    expect(
      await Promise.all([
        prisma.mergeTicket.count(),
        prisma.avatarCheck.count(),
        prisma.wechatMessage.count(),
      ]),
    ).toEqual([1, 2, 2])
    const bans = await prisma.bannedIdentity.findMany({ orderBy: { hash: 'asc' } })
    expect(bans.map(({ until }) => (until === null ? null : until > new Date()))).toEqual([true, null])
  })

  it('keeps a revocation as long as a token could be valid', async () => {
    await seed({ id: 'recent', age: 700 })
    const retention = startRetention({ database, config, log })
    await retention.runOnce()
    await retention.close()
    expect((await left()).revocations).toBe(1)
  })

  it('deletes a whole backlog in small batches, and stops between two of them', async () => {
    await seedEvents(9100)
    const stopped = startRetention({ database, config, log })
    const round = stopped.runOnce()
    while ((await countEvents()) === 9100) await new Promise((resolve) => setTimeout(resolve, 5))
    await stopped.close()
    await round
    expect(await countEvents()).toBeGreaterThan(0)
    expect((await countEvents()) % 1000, 'whole batches').toBe(100)
    const retention = startRetention({ database, config, log })
    await retention.runOnce()
    await retention.close()
    expect(await countEvents()).toBe(0)
  })

  it('deletes ended sessions and empties old IPs on every page when there are several', async () => {
    await database.prisma.$executeRaw`
      INSERT INTO users (id, registered_at, last_login_at, last_login_ip)
      SELECT uuid, at, at, '127.0.0.1'
      FROM generate_series(1, 10002) AS n,
        LATERAL (SELECT lpad(to_hex(n), 32, '0')::uuid AS uuid, ${secondsAgo(40 * day)}::timestamptz AS at) AS new`
    await database.prisma.$executeRaw`
      INSERT INTO sessions (id, user_id, refreshed_at, expires_at, ends_at, created_at, ip, revoked_at)
      SELECT id, id, last_login_at, CASE WHEN n % 3 = 0 THEN last_login_at ELSE 'infinity'::timestamptz END,
        last_login_at, last_login_at, '127.0.0.1', CASE WHEN n % 3 = 1 THEN last_login_at END
      FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM users) AS users`
    const retention = startRetention({ database, config, log })
    expect(await retention.runOnce()).toMatchObject({ sessions: 6668, lastLoginIps: 10_002 })
    await retention.close()
    expect(await database.prisma.session.count()).toBe(3334)
    expect(await database.prisma.user.count({ where: { lastLoginIp: '127.0.0.1' } })).toBe(0)
  })

  it('runs in the background of the API, soon after the start', async () => {
    await seed({ id: 'old', age: 31 * day })
    await database.close()
    const testApp = await createTestApp({ AUDIT_RETENTION_DAYS: '30' }, { ...target, async remove() {} })
    try {
      await expect
        .poll(() => testApp.database.prisma.session.count(), { timeout: 15_000, interval: 200 })
        .toBe(1)
      await expect.poll(() => testApp.log()).toContain('expired rows deleted')
      expect(await testApp.database.prisma.auditEvent.count()).toBe(0)
    } finally {
      await testApp.close()
      database = await openDatabase(target.config, { migrationsFolder, log })
    }
  })
})
