import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { noise, open, upload } from '../support/avatars.ts'
import { createPostgresDatabase, hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type FakeS3, startFakeS3 } from '../support/fake-s3.ts'
import { merge, twoAccounts } from '../support/merging.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

const accessKeyId = 'AKIDEXAMPLE'

/** East of UTC, west of it, and off by half an hour. */
const timeZones = ['Asia/Shanghai', 'America/New_York', 'Asia/Kolkata']

describe.runIf(hasDatabase).each(timeZones)('the API on a database in %s', (timeZone) => {
  let s3: FakeS3
  let testApp: TestApp
  beforeAll(async () => {
    s3 = await startFakeS3({ bucket: 'avatars', accessKeyId })
    const bucket = {
      S3_BUCKET_URL: `${s3.url}/avatars`,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    }
    testApp = await createTestApp(bucket, await createPostgresDatabase({ timeZone }))
  })
  afterEach(() => void vi.useRealTimers())
  afterAll(async () => {
    await testApp?.close()
    await s3?.close()
  })

  /** Moves the clock of the API and of the simulator; that of the database goes on. */
  const setClock = (now: number) => vi.useFakeTimers({ toFake: ['Date'], now })
  const minutes = 60_000

  it('bans a user at once and for an hour when an admin bans for an hour', async () => {
    const admin = await loginAsAdmin(testApp, nextUser())
    const person = nextUser()
    const { user, accessToken } = await testApp.login(person)
    const logIn = async () =>
      testApp.call('POST /v1/auth/login', { body: { code: await testApp.code(person) } })
    const now = Date.now()
    const until = new Date(now + 60 * minutes).toISOString()
    const ban = { token: admin.accessToken, body: { reason: 'spam', until } }
    expect((await testApp.call(`PUT /v1/admin/users/${user.id}/ban`, ban)).status).toBe(204)

    const banned = { status: 403, body: { code: 'account_banned', reason: 'spam', until } }
    expect(await testApp.call('GET /v1/me', { token: accessToken })).toMatchObject(banned)
    expect(await logIn()).toMatchObject(banned)
    setClock(now + 59 * minutes)
    expect(await logIn()).toMatchObject(banned)
    setClock(now + 61 * minutes)
    expect((await logIn()).status).toBe(200)
  })

  it('returns the present time when a user has just logged in', async () => {
    const { accessToken: token } = await testApp.login(nextUser())
    const [me, sessions, history] = await Promise.all(
      ['GET /v1/me', 'GET /v1/me/sessions', 'GET /v1/me/login-history'].map((key) =>
        testApp.call(key, { token }),
      ),
    )
    const times = [
      me?.body.registeredAt,
      me?.body.lastLoginAt,
      sessions?.body.sessions[0].createdAt,
      sessions?.body.sessions[0].lastSeenAt,
      history?.body.events[0].at,
    ]
    for (const time of times) expect(Math.abs(Date.parse(time) - Date.now()), time).toBeLessThan(1 * minutes)
  })

  it('keeps an uploaded avatar when jobs run during the upload', async () => {
    const login = await testApp.login(nextUser())
    // The API looks for jobs each second.
    s3.slowPuts(2500)
    const { status, body } = await upload(testApp, login, { content: await noise(30, 30).png().toBuffer() })
    s3.slowPuts(0)
    expect(status).toBe(200)
    expect((await open(testApp, body.avatarUrl)).status).toBe(200)
  })

  it('runs a job at once when it is due', async () => {
    const login = await testApp.login(nextUser())
    const { body } = await upload(testApp, login, { content: await noise(31, 31).png().toBuffer() })
    const key = new URL(body.avatarUrl).pathname.replace('/files/', '')
    expect([...s3.files.keys()]).toContain(key)
    await testApp.call('DELETE /v1/me/avatar', { token: login.accessToken })
    await eventually(async () => expect([...s3.files.keys()]).not.toContain(key))
  })

  it('accepts a merge ticket for five minutes', async () => {
    const [used, late] = [await twoAccounts(testApp), await twoAccounts(testApp)]
    const mergeOf = async ({ person, account, ticket }: typeof used) =>
      merge(testApp, account.accessToken, ticket, await codeOf(testApp, person))
    const now = Date.now()
    // Prisma alone writes and reads them: what SQL has to say of them is the same.
    const left = await testApp.database.query<{ minutes: number }>`
      SELECT extract(epoch FROM expires_at - now())::float8 / 60 AS minutes FROM merge_tickets`
    expect(left).toHaveLength(2)
    for (const ticket of left) expect(Math.abs(ticket.minutes - 5)).toBeLessThan(2)
    setClock(now + 4 * minutes)
    expect((await mergeOf(used)).status).toBe(200)
    setClock(now + 5 * minutes + 1)
    expect(await mergeOf(late)).toMatchObject(problem('merge_ticket_invalid', 400))
  })
})
