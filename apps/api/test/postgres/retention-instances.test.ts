import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { startRetention } from '../../src/maintenance/retention.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'

const log = pino({ level: 'silent' })
const config = {
  retentionSeconds: 24 * 60 * 60,
  consentRetentionSeconds: 24 * 60 * 60,
  sharedApps: null,
  accessToken: { lifetimeSeconds: 600, keys: [{ id: 'unused', secret: Buffer.alloc(0) }] as [never] },
}

describe.runIf(hasDatabase)('the retention on two instances', () => {
  let target: Awaited<ReturnType<typeof createPostgresDatabase>>
  let database: Database
  let other: pg.Client
  beforeAll(async () => {
    target = await createPostgresDatabase()
    database = await openDatabase(target.config, { migrationsFolder, log })
    other = new pg.Client({ connectionString: target.config.url })
    await other.connect()
  })
  afterAll(async () => {
    await other.end()
    await database.close()
    await target.remove()
  })

  it('runs on one instance, and on the other one after that has ended', async () => {
    await database.prisma.$executeRaw`
      INSERT INTO audit_events (id, type, at) SELECT gen_random_uuid(), 'login', now() - interval '2 days'
      FROM generate_series(1, 10)`
    const retention = startRetention({ database, config, log })
    await other.query('BEGIN')
    await other.query("SELECT pg_advisory_xact_lock(hashtextextended('retention', 0))")
    expect((await retention.runOnce()).auditEvents).toBe(0)
    expect(await database.prisma.auditEvent.count()).toBe(10)
    await other.query('ROLLBACK')
    await retention.runOnce()
    expect(await database.prisma.auditEvent.count()).toBe(0)
    await retention.close()
  })
})
