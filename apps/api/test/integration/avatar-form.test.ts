import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { problem } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('a picture', () => {
  const testApp = useTestApp()
  let login: LoginResult
  beforeAll(async () => {
    login = await testApp.login('person-0')
  })

  describe('has to come alone in the field file:', () => {
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
    ])('%s is refused', async (_name, make) => {
      const answer = await send(make())
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toMatch(/^(body callOk have one file|the body is not valid multipart)/)
    })

    it('another type is refused, and so is multipart where no file is taken', async () => {
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

    it('nobody uploads without a login', async () => {
      expect(await testApp.call('POST /v1/me/avatar', uploadOf({ content }))).toMatchObject(
        problem('access_token_missing', 401),
      )
    })
  })

  it('that is far too large is answered over a real connection, not cut off', async () => {
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
