import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { avatarOf, eventsOf, noise, storedFiles, upload } from '../support/avatars.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('POST /v1/me/avatar under load', () => {
  const testApp = useTestApp()

  const welcome = () => testApp.login(nextUser())

  it('POST /v1/me/avatar queues parallel uploads, and returns 503 with Retry-After when the queue is full', async () => {
    const person = await welcome()
    const content = await noise(1200, 1200).jpeg({ quality: 60 }).toBuffer()
    const answers = await Promise.all(Array.from({ length: 50 }, () => upload(testApp, person, { content })))
    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].sort()).toEqual([200, 429])
    for (const answer of answers.filter(({ status }) => status === 429))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await upload(testApp, person, { content })).status).toBe(200)
  })

  it('POST /v1/me/avatar counts an upload before it reads it, so that too many take no memory', async () => {
    const limited = await createTestApp({ LIMIT_PROFILE_PER_USER: '1' })
    onTestFinished(limited.close)
    const { accessToken: token } = await limited.login('person-0')
    const { headers, body } = uploadOf({ content: await noise(30, 30).png().toBuffer() })
    expect((await limited.call('POST /v1/me/avatar', { token, headers, body })).status).toBe(200)
    const url = await limited.app.listen({ port: 0, host: '127.0.0.1' })
    const unfinished = request(`${url}/v1/me/avatar`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}`, 'content-length': body.length },
    })
    onTestFinished(() => void unfinished.destroy())
    unfinished.on('error', () => undefined).write(body.subarray(0, -1))
    const [answer] = (await once(unfinished, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(429)
  })

  it('POST /v1/me/avatar rejects a user who was banned during the upload', async () => {
    const person = await welcome()
    await testApp.database.prisma.user.update({
      where: { id: person.user.id },
      data: { status: 'banned', bannedReason: 'spam' },
    })
    const files = await storedFiles(testApp)
    const answer = await upload(testApp, person, { content: await noise(30, 30).png().toBuffer() })
    expect(answer.status).toBe(403)
    expect(answer.body).toMatchObject({ code: 'account_banned', reason: 'spam' })
    expect(await storedFiles(testApp)).toEqual(files)
  })

  describe('the avatar of a user', () => {
    let admin: LoginResult
    beforeAll(async () => {
      admin = await loginAsAdmin(testApp, 'person-399')
    })
    const act = (method: 'POST' | 'DELETE', id: string, more: object = {}, { accessToken: token } = admin) =>
      testApp.call(`${method} /v1/admin/users/${id}/avatar`, { token, ...more })

    it('is set and removed by an admin, whose name is in the audit log', async () => {
      const person = await welcome()
      const content = await noise(30, 30).png().toBuffer()
      expect((await act('POST', person.user.id, uploadOf({ content }))).status).toBe(204)
      expect(await avatarOf(testApp, person)).toContain('/files/avatars/')
      expect((await act('DELETE', person.user.id)).status).toBe(204)
      expect(await avatarOf(testApp, person)).toBe(person.user.avatarUrl)
      expect(await eventsOf(testApp, person)).toMatchObject([
        { actorId: admin.user.id, data: { to: 'uploaded' }, ip: '127.0.0.1' },
        { actorId: admin.user.id, data: { to: 'generated' } },
      ])
    })

    it('is unchanged when the caller is not an admin, or no such user exists', async () => {
      const person = await welcome()
      const form = uploadOf({ content: await noise(30, 30).png().toBuffer() })
      const nobody = '00000000-0000-7000-8000-000000000000'
      for (const method of ['POST', 'DELETE'] as const) {
        const more = method === 'POST' ? form : {}
        expect(await act(method, person.user.id, more, person)).toMatchObject(problem('forbidden', 403))
        expect(await act(method, nobody, more)).toMatchObject(problem('not_found', 404))
      }
      expect(await act('POST', person.user.id, uploadOf({ content: '<html>' }))).toMatchObject(
        problem('image_invalid', 400),
      )
    })
  })
})

describe.runIf(hasDatabase)('the form of POST /v1/me/avatar', () => {
  const testApp = useTestApp()
  let login: LoginResult
  beforeAll(async () => {
    login = await testApp.login('person-0')
  })

  describe('POST /v1/me/avatar expects one file in the field "file":', () => {
    const content = Buffer.from('any')
    const token = () => login.accessToken
    const send = (options: { headers: Record<string, string>; body: Buffer | string }) =>
      testApp.call('POST /v1/me/avatar', { token: token(), ...options })
    const type = { 'content-type': 'multipart/form-data; boundary=x' }

    it.each<[string, () => { headers: Record<string, string>; body: Buffer | string }]>([
      ['no part', () => ({ headers: type, body: '--x--\r\n' })],
      ['no body', () => ({ headers: type, body: '' })],
      ['two files', () => uploadOf({ content }, { content })],
      ['ten files', () => uploadOf(...Array.from({ length: 10 }, () => ({ content })))],
      ['another field', () => uploadOf({ content, name: 'avatar' })],
      ['a text', () => uploadOf({ content, filename: null })],
      ['a text besides', () => uploadOf({ content }, { content, name: 'note', filename: null })],
      ['a poisoned name', () => uploadOf({ content, name: '__proto__' })],
      ['no boundary', () => ({ headers: { 'content-type': 'multipart/form-data' }, body: '--x--' })],
      ['half a form', () => ({ ...uploadOf({ content }), body: uploadOf({ content }).body.subarray(0, 90) })],
      ['no form', () => ({ headers: type, body: 'hello' })],
    ])('rejects %s', async (_name, make) => {
      const answer = await send(make())
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toMatch(/^(body must have one file|the body is not valid multipart)/)
    })

    it('rejects another content type, and other endpoints reject multipart', async () => {
      for (const body of ['{"file":"x"}', ''])
        expect(await send({ headers: { 'content-type': 'application/json' }, body })).toMatchObject(
          problem('unsupported_media_type', 415),
        )
      expect(await send({ headers: { 'content-type': 'image/jpeg' }, body: content })).toMatchObject(
        problem('unsupported_media_type', 415),
      )
      const profile = await testApp.call('PUT /v1/me/profile', { token: token(), ...uploadOf({ content }) })
      expect(profile).toMatchObject(problem('unsupported_media_type', 415))
    })

    it('rejects an upload without a login', async () => {
      expect(await testApp.call('POST /v1/me/avatar', uploadOf({ content }))).toMatchObject(
        problem('access_token_missing', 401),
      )
    })
  })

  it('returns an error response, over a real connection, when the body is far too large', async () => {
    const url = await testApp.app.listen({ port: 0, host: '127.0.0.1' })
    const form = new FormData()
    form.append('file', new Blob([Buffer.alloc(20 * 1024 * 1024)]), 'large.jpg')
    const headers = { authorization: `Bearer ${login.accessToken}` }
    const answer = await fetch(`${url}/v1/me/avatar`, { method: 'POST', headers, body: form })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'body_too_large' })
    const small = new FormData()
    small.append('file', new Blob([new Uint8Array(await picture('#f00').png().toBuffer())]), 'small.png')
    expect((await fetch(`${url}/v1/me/avatar`, { method: 'POST', headers, body: small })).status).toBe(200)
  })
})
