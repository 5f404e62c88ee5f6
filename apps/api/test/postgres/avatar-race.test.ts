import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { startFakeS3 } from '../support/fake-s3.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'

describe.runIf(hasDatabase)('users with the same avatar', () => {
  let testApp: TestApp
  beforeAll(async () => {
    testApp = await createTestApp()
  })
  afterAll(() => testApp?.close())

  it('never lose its file when one of them replaces it at the same time', async () => {
    const people = await Promise.all(
      Array.from({ length: 6 }, (_, index) => testApp.login(`person-${index}`)),
    )
    const contents = await Promise.all(['#f00', '#00f'].map((colour) => picture(colour).png().toBuffer()))
    const upload = (token: string, index: number) =>
      testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content: contents[index] as Buffer }) })
    const remove = (token: string) => testApp.call('DELETE /v1/me/avatar', { token })
    // Everybody changes between both pictures and none, so that files are deleted and put again all the time.
    await Promise.all(
      people.map(async ({ accessToken: token }, person) => {
        for (let round = 0; round < 25; round += 1) {
          const answer = await ((round + person) % 3 === 2
            ? remove(token)
            : upload(token, (round + person) % 3))
          expect(answer.status, answer.text).toBe(200)
          const { pathname } = new URL(answer.body.avatarUrl)
          expect((await testApp.call(`GET ${pathname}`)).status, 'the picture that one has is there').toBe(
            200,
          )
        }
      }),
    )
    await eventually(async () => expect(await testApp.database.prisma.job.count()).toBe(0), 20_000)
    const users = await testApp.database.prisma.user.findMany({ select: { avatarKey: true } })
    const keys = new Set(users.flatMap(({ avatarKey }) => avatarKey ?? []))
    for (const key of keys) expect((await testApp.call(`GET /files/${key}`)).status).toBe(200)
  }, 60_000)

  it('never lose its file to a concurrent deletion', async () => {
    const accessKeyId = 'AKIDEXAMPLE'
    const s3 = await startFakeS3({ bucket: 'pictures', accessKeyId })
    const inBucket = await createTestApp({
      S3_BUCKET_URL: `${s3.url}/pictures`,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: 'secret',
    })
    try {
      const [one, other] = [await inBucket.login('person-1'), await inBucket.login('person-2')]
      const content = await picture('#0f0').png().toBuffer()
      const upload = (token: string) =>
        inBucket.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
      await upload(one.accessToken)
      s3.slowDeletes(800)
      await inBucket.call('DELETE /v1/me/avatar', { token: one.accessToken })
      await eventually(async () => expect(s3.requests.join()).toContain('DELETE'))
      const { body } = await upload(other.accessToken)
      await eventually(async () => expect(await inBucket.database.prisma.job.count()).toBe(0))
      expect((await inBucket.call(`GET ${new URL(body.avatarUrl).pathname}`)).status).toBe(200)
    } finally {
      await inBucket.close()
      await s3.close()
    }
  })
})
