import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

describe.runIf(hasDatabase)('bad input', () => {
  let testApp: TestApp
  let before: unknown
  beforeAll(async () => {
    testApp = await createTestApp()
    await testApp.login('person-0')
  })
  afterAll(() => testApp?.close())

  const everything = async () => ({
    users: await testApp.database.prisma.user.findMany(),
    identities: await testApp.database.prisma.wechatIdentity.findMany(),
    sessions: await testApp.database.prisma.session.findMany(),
  })
  beforeEach(async () => {
    before = await everything()
  })
  afterEach(async () => {
    expect(await everything(), 'bad input changes nothing').toEqual(before)
  })

  const loginWith = (body: unknown, headers?: Record<string, string>) =>
    testApp.call('POST /v1/auth/login', { body, ...(headers ? { headers } : {}) })

  describe('in the code returns 400 and says where', () => {
    it.each([
      ['missing', {}, "body must have required property 'code'"],
      ['null', { code: null }, 'body/code must be string'],
      ['empty', { code: '' }, 'body/code must NOT have fewer than 1 characters'],
      ['513 characters', { code: 'x'.repeat(513) }, 'body/code must NOT have more than 512 characters'],
      ['a number', { code: 5 }, 'body/code must be string'],
      ['an array', { code: ['x'] }, 'body/code must be string'],
      ['an object', { code: { $ne: '' } }, 'body/code must be string'],
      ['with NUL', { code: 'a\u0000b' }, 'body/code must match pattern'],
      ['with half of a surrogate pair', { code: '\ud800' }, 'body/code must match pattern'],
      ['with newlines', { code: 'a\r\nX-Injected: 1\r\n\r\n' }, 'body/code must match pattern'],
      ['with a newline at its end', { code: 'a\n' }, 'body/code must match pattern'],
      ['of emoji', { code: '🙂'.repeat(512) }, 'body/code must match pattern'],
    ])('%s', async (_name, body, detail) => {
      const answer = await loginWith(body)
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toContain(detail)
    })

    it.each([
      ['quotes', `'"\`; DROP TABLE users; --`],
      ['a second secret', 'x&secret=stolen&appid=wx9'],
      ['percent signs', '%00%0a%zz'],
      ['a path', '../../cgi-bin/token?'],
      ['512 signs', '%'.repeat(512)],
      ['a space', ' '],
    ])('%s, which WeChat receives unchanged and does not know', async (_name, code) => {
      const answer = await loginWith({ code })
      expect(answer).toMatchObject(problem('code_invalid', 400))
    })
  })

  describe('in other fields', () => {
    it.each([
      ['appId is a number', { appId: 1 }, 'invalid_request'],
      ['appId is empty', { appId: '' }, 'invalid_request'],
      ['appId is unknown', { appId: '__proto__' }, 'unknown_app'],
      ['expectedUserId is no UUID', { expectedUserId: '1' }, 'invalid_request'],
      ['expectedUserId is null', { expectedUserId: null }, 'invalid_request'],
      ['device is a text', { device: 'iPhone' }, 'invalid_request'],
      ['device lacks its system', { device: { model: 'iPhone' } }, 'invalid_request'],
      ['device has a NUL', { device: { model: 'iPhone\u0000', system: 'iOS' } }, 'invalid_request'],
      ['device is longer than 128', { device: { model: 'x'.repeat(129), system: 'iOS' } }, 'invalid_request'],
    ] as const)('%s', async (_name, fields, code) => {
      expect(await loginWith({ code: 'anything', ...fields })).toMatchObject(problem(code, 400))
    })
  })

  describe('as a body', () => {
    it.each([
      ['no JSON', '{"code":', 'invalid_request', 400],
      ['a text', '"code"', 'invalid_request', 400],
      ['null', 'null', 'invalid_request', 400],
      ['an array', '[]', 'invalid_request', 400],
      ['nothing at all', undefined, 'invalid_request', 400],
      ['a poisoned prototype', '{"code":"x","__proto__":{"admin":true}}', 'invalid_request', 400],
      [
        'a poisoned constructor',
        '{"code":"x","constructor":{"prototype":{"admin":true}}}',
        'invalid_request',
        400,
      ],
      ['too large', JSON.stringify({ code: 'x', padding: 'x'.repeat(20_000) }), 'body_too_large', 413],
      ['deeper than anybody needs', `${'['.repeat(7000)}${']'.repeat(7000)}`, 'invalid_request', 400],
    ] as const)('%s', async (_name, body, code, status) => {
      expect(await loginWith(body)).toMatchObject(problem(code, status))
    })

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ])('of type %s returns 415', async (type) => {
      const answer = await loginWith('code=x', { 'content-type': type })
      expect(answer).toMatchObject(problem('unsupported_media_type', 415))
    })
  })

  it('an unknown path, a wrong method and a malformed path return a problem', async () => {
    expect(await testApp.call('GET /v1/nothing')).toMatchObject(problem('not_found', 404))
    expect(await testApp.call('DELETE /v1/auth/login')).toMatchObject(problem('not_found', 404))
    expect(await testApp.call('GET /v1/%zz')).toMatchObject(problem('invalid_request', 400))
  })
})
