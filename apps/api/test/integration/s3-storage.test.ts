import type { LoginResult } from '@repo/shared'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type FakeS3, type S3Fault, startFakeS3 } from '../support/fake-s3.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'
import { picture, uploadOf } from '../support/uploads.ts'

const accessKeyId = 'AKIDEXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

describe.runIf(hasDatabase)('avatars in a bucket', () => {
  let s3: FakeS3
  let testApp: TestApp
  let login: LoginResult
  beforeAll(async () => {
    s3 = await startFakeS3({ bucket: 'pictures', accessKeyId })
    testApp = await createTestApp({
      S3_BUCKET_URL: `${s3.url}/pictures`,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
      LOG_LEVEL: 'debug',
    })
    login = await testApp.login('person-0')
  })
  afterEach(() => s3.fail(null))
  afterAll(async () => {
    expect(testApp.log()).not.toContain(secretAccessKey)
    await testApp?.close()
    await s3?.close()
  })

  const upload = async (colour: string, { accessToken: token }: LoginResult = login) =>
    testApp.call('POST /v1/me/avatar', {
      token,
      ...uploadOf({ content: await picture(colour).png().toBuffer() }),
    })
  const open = (url: string) => testApp.call(`GET ${new URL(url).pathname}`)
  const keyOf = (url: string) => new URL(url).pathname.replace('/files/', '')

  it('are stored, read and deleted there', async () => {
    const { status, body } = await upload('#f00')
    expect(status).toBe(200)
    const key = keyOf(body.avatarUrl)
    expect(s3.files.get(key)?.type).toBe('image/jpeg')
    expect(s3.requests).toContain(`PUT 127.0.0.1/pictures/${key}`)
    const file = await open(body.avatarUrl)
    expect(file.bytes).toEqual(s3.files.get(key)?.content)
    await testApp.call('DELETE /v1/me/avatar', { token: login.accessToken })
    await eventually(async () => expect(s3.files.has(key)).toBe(false))
    expect(await open(body.avatarUrl)).toMatchObject(problem('not_found', 404))
  })

  it.each<S3Fault>(['hang', 'stall', 'reset', '500', '503', '403', 'html'])(
    'return 503 in bounded time when the bucket fails (%s), and nothing changes',
    async (fault) => {
      const { body } = await upload('#0f0')
      s3.fail(fault)
      const startedAt = performance.now()
      expect(await open(body.avatarUrl)).toMatchObject(problem('storage_unavailable', 503))
      // A PUT is done as soon as the headers say so.
      if (fault !== 'stall') expect(await upload('#00f')).toMatchObject(problem('storage_unavailable', 503))
      expect(performance.now() - startedAt).toBeLessThan(20_000)
      const me = await testApp.call('GET /v1/me', { token: login.accessToken })
      if (fault !== 'stall') expect(me.body.avatarUrl).toBe(body.avatarUrl)
      s3.fail(null)
      expect((await open(body.avatarUrl)).status).toBe(200)
    },
  )

  it('are deleted as soon as the bucket responds again', async () => {
    const { body } = await upload('#0ff')
    const key = keyOf(body.avatarUrl)
    s3.fail('503')
    await testApp.call('DELETE /v1/me/avatar', { token: login.accessToken })
    await eventually(async () => expect(testApp.log()).toContain('"job":"delete_file"'))
    expect(s3.files.has(key)).toBe(true)
    s3.fail(null)
    await eventually(async () => {
      await testApp.database.prisma.job.updateMany({
        where: { payload: { path: ['key'], equals: key } },
        data: { runAt: new Date(0) },
      })
      expect(s3.files.has(key)).toBe(false)
    })
  })

  it('do not delay logins and other requests while the bucket hangs', async () => {
    // As many as may wait for the process that decodes pictures.
    const people = await Promise.all(
      Array.from({ length: 16 }, (_, index) => testApp.login(`person-${index + 1}`)),
    )
    s3.fail('hang')
    const uploads = people.map((person) => upload('#f0f', person))
    await eventually(async () =>
      expect(s3.requests.filter((line) => line.startsWith('PUT')).length).toBeGreaterThanOrEqual(
        people.length,
      ),
    )
    const { durationMs } = await timed(async () => {
      await testApp.login('person-50')
      await testApp.call('GET /v1/me', { token: login.accessToken })
    })
    expect(durationMs).toBeLessThan(2000)
    for (const answer of await Promise.all(uploads)) expect(answer.status).toBe(503)
  })
})
