import { describe, expect, it } from 'vitest'
import { attackOn } from '../support/attack.ts'
import { hasDatabase } from '../support/database.ts'
import { password } from '../support/password.ts'
import { problem } from '../support/test-app.ts'
import { picture, uploadOf } from '../support/uploads.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('an attacker who sends unusual input', () => {
  const testApp = useTestApp()
  const { prisma, post, register } = attackOn(testApp)

  it('cannot register a username that looks the same in another Unicode form', async () => {
    const { username } = await register()
    const fullWidth = [...username]
      .map((letter) =>
        /[a-z0-9]/.test(letter) ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter,
      )
      .join('')
    for (const form of [fullWidth, fullWidth.toUpperCase(), username.toUpperCase()])
      expect(await post('POST /v1/auth/register', { username: form, password })).toMatchObject(
        problem('username_taken', 409),
      )
    for (const form of [`${username}\u200b`, ` ${username}`, username.replace('u', 'ս'), `${username}\u0301`])
      expect(await post('POST /v1/auth/register', { username: form, password })).toMatchObject(
        problem('invalid_request', 400),
      )
    // Typed so, it is the same.
    expect((await post('POST /v1/auth/password-login', { username: fullWidth, password })).status).toBe(200)
  })

  it('gets the same response for a wrong password and an unknown username, at every endpoint with a password', async () => {
    const { username } = await register()
    for (const key of ['POST /v1/auth/password-login', 'POST /v1/auth/delete']) {
      const answers = []
      for (const typed of [username, 'nobody-has-this']) {
        const { status, body } = await post(key, { username: typed, password: 'guessed guessed' })
        answers.push({ ...body, status, requestId: '' })
      }
      expect(answers[0]).toEqual(answers[1])
      expect(answers[0]).toMatchObject({ code: 'credentials_invalid' })
    }
  })

  it('cannot read another file by the path of an avatar', async () => {
    const { accessToken: token } = await register()
    const content = await picture('#010203').png().toBuffer()
    const { body } = await testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
    const { pathname } = new URL(body.avatarUrl)
    expect((await testApp.call(`GET ${pathname}`)).status).toBe(200)
    const name = pathname.split('/').at(-1)
    for (const path of [
      `/files/avatars/../avatars/../../package.json`,
      '/files/avatars/..%2f..%2fpackage.json',
      '/files/avatars/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      `/files/avatars/..%5c${name}`,
      `/files/avatars/${name}%00.png`,
      `/files/avatars//${name}`,
      `/files/avatars/.%2f${name}`,
      `/files/${name}`,
      `/files/default-avatars/${name}`,
      `/files/avatars/${name?.toUpperCase()}`,
      '/files/avatars/',
      '/files/',
    ])
      expect((await testApp.call(`GET ${path}`)).status, path).toBeGreaterThanOrEqual(400)
  })

  it('cannot exceed the limits of a form by its parts, names and lengths', async () => {
    const { accessToken: token, user } = await register()
    const content = await picture('#040506').png().toBuffer()
    const upload = (form: { headers: Record<string, string>; body: Buffer | string }) =>
      testApp.call('POST /v1/me/avatar', { token, ...form })
    const one = uploadOf({ content })
    const header = one.headers['content-type'] ?? ''
    const refused = [
      uploadOf({ content }, { content: 'x'.repeat(2_000_000), name: 'field', filename: null }),
      uploadOf({ content, name: 'x'.repeat(10_000) }),
      uploadOf({ content, name: 'file[file]' }),
      uploadOf({ content, name: '__proto__' }),
      uploadOf({ content, name: 'constructor', filename: null }),
      uploadOf(
        ...Array.from({ length: 1000 }, (_, index) => ({ content: 'x', name: `f${index}`, filename: null })),
      ),
      uploadOf(...Array.from({ length: 50 }, () => ({ content }))),
      { ...one, headers: { 'content-type': 'multipart/form-data' } },
      { ...one, headers: { 'content-type': `${header}-another` } },
      { ...one, headers: { 'content-type': `multipart/form-data; boundary=${'b'.repeat(5000)}` } },
      { ...one, body: one.body.subarray(0, 60) },
      { ...one, body: Buffer.concat([Buffer.from('x'.repeat(100_000)), one.body.subarray(20)]) },
      { ...one, body: '' },
    ]
    for (const [index, form] of refused.entries()) {
      const { status, body } = await upload(form)
      expect([status, body?.status], String(index)).toEqual([expect.any(Number), status])
      expect(status, String(index)).toBeGreaterThanOrEqual(400)
      expect(status, String(index)).toBeLessThan(500)
    }
    expect(await prisma().user.findUnique({ where: { id: user.id } })).toMatchObject({ avatarKey: null })
    expect((await upload(one)).status).toBe(200)
  })

  it('cannot make a row grow by what they send', async () => {
    const { accessToken: token } = await register()
    const jobs = await prisma().job.count()
    const nickname = '👨‍👩‍👧‍👦'.repeat(32)
    for (let round = 0; round < 5; round += 1) await post('PUT /v1/me/profile', { nickname }, token)
    const grown = await prisma().job.findMany()
    expect(grown.length - jobs).toBeLessThan(6)
    for (const { payload } of grown) expect(JSON.stringify(payload).length).toBeLessThan(300)
    const events = await prisma().auditEvent.findMany()
    for (const { data } of events) expect(JSON.stringify(data ?? {}).length).toBeLessThan(300)
  })
})
