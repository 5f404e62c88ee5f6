import type { LoginResult } from '@repo/shared'
import { startWechatSimulator } from '@repo/wechat-simulator'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { startApiProcess } from '../support/api-process.ts'
import { createPostgresDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { startFakeS3 } from '../support/fake-s3.ts'
import { apps, people, testVariables } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'

describe.runIf(inject('postgresUrl') !== null)('a job', () => {
  it('a job is run by another process when its process was killed', async () => {
    const simulator = await startWechatSimulator({ apps, users: people })
    onTestFinished(simulator.close)
    const s3 = await startFakeS3({ bucket: 'pictures', accessKeyId: 'AKIDEXAMPLE' })
    onTestFinished(s3.close)
    const database = await createPostgresDatabase()
    onTestFinished(database.remove)
    const client = new pg.Client({ connectionString: database.config.url })
    await client.connect()
    onTestFinished(() => client.end())
    const variables = {
      ...testVariables(simulator.url),
      DATABASE_URL: database.config.url,
      S3_BUCKET_URL: `${s3.url}/pictures`,
      S3_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      S3_SECRET_ACCESS_KEY: 'secret',
    }
    const first = await startApiProcess(variables)
    onTestFinished(() => void first.child.kill('SIGKILL'))
    await first.ready()

    const login = await fetch(`${first.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'the code is a mock one' }),
    })
    const { accessToken } = (await login.json()) as LoginResult
    const authorization = `Bearer ${accessToken}`
    const { headers, body } = uploadOf({ content: await picture('#f00').png().toBuffer() })
    const upload = await fetch(`${first.url}/v1/me/avatar`, {
      method: 'POST',
      headers: { ...headers, authorization },
      body: new Uint8Array(body),
    })
    expect(upload.status).toBe(200)
    expect(s3.files.size).toBe(1)

    s3.slowDeletes(60_000)
    await fetch(`${first.url}/v1/me/avatar`, { method: 'DELETE', headers: { authorization } })
    await eventually(async () => expect(s3.requests.join()).toContain('DELETE'))
    first.child.kill('SIGKILL')
    await first.ended
    expect(s3.files.size).toBe(1)

    s3.slowDeletes(0)
    // As if the half minute until the next try were over.
    await eventually(async () => {
      const { rowCount } = await client.query("UPDATE jobs SET run_at = now() - interval '1 second'")
      expect(rowCount).toBe(1)
    })
    const second = await startApiProcess(variables)
    onTestFinished(() => void second.child.kill('SIGKILL'))
    await eventually(async () => expect(s3.files.size).toBe(0), 30_000)
    await eventually(async () => expect((await client.query('SELECT FROM jobs')).rowCount).toBe(0))
  }, 90_000)
})
