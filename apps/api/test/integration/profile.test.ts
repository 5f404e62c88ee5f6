import type { LoginResult, ProfileBody } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, problem, type TestApp } from '../support/test-app.ts'

/** A value for every field. A new field of the contract does not compile until it stands here. */
const profile = { nickname: '小明', gender: 'male', birthday: '1990-05-17' } satisfies Required<ProfileBody>

describe.runIf(hasDatabase)('the profile', () => {
  let testApp: TestApp
  let login: LoginResult
  let persons = 0
  beforeAll(async () => {
    testApp = await createTestApp()
    login = await testApp.login('person-0')
  })
  afterAll(() => testApp?.close())

  const welcome = () => {
    persons += 1
    return testApp.login(`person-${persons}`)
  }
  const change = (body: unknown, { accessToken: token } = login) =>
    testApp.call('PUT /v1/me/profile', { token, body })
  const me = async ({ accessToken: token } = login) => (await testApp.call('GET /v1/me', { token })).body
  const eventsOf = ({ user }: LoginResult) =>
    testApp.database.prisma.auditEvent.findMany({
      where: { userId: user.id, type: 'profile_changed' },
      orderBy: { id: 'asc' },
    })

  it('PUT /v1/me/profile saves every field, and leaves absent ones as they were', async () => {
    const user = await welcome()
    expect(await change(profile, user)).toMatchObject({ status: 200, body: { id: user.user.id, ...profile } })
    expect((await change({ birthday: '2000-02-29' }, user)).body).toMatchObject({
      ...profile,
      birthday: '2000-02-29',
    })
    expect(await me(user)).toMatchObject({ ...profile, birthday: '2000-02-29' })
    expect((await change({}, user)).body).toMatchObject({ ...profile, birthday: '2000-02-29' })
  })

  it('PUT /v1/me/profile clears every field with null; the nickname becomes the generated one', async () => {
    const user = await welcome()
    await change(profile, user)
    const cleared = Object.fromEntries(Object.keys(profile).map((name) => [name, null]))
    const { body } = await change(cleared, user)
    expect(body).toMatchObject({ ...cleared, nickname: defaultNickname(user.user.id) })
  })

  it('PUT /v1/me/profile ignores properties that are not fields of the profile', async () => {
    const user = await welcome()
    const { status, body } = await change({ gender: 'male', role: 'admin', level: 9, status: 'banned' }, user)
    expect(status).toBe(200)
    expect(body).toMatchObject({ gender: 'male', role: 'user', level: 0, status: 'active' })
    expect((await eventsOf(user)).map(({ data }) => data)).toEqual([{ fields: 'gender' }])
  })

  it('PUT /v1/me/profile ignores the placeholder name 微信用户', async () => {
    const person = await welcome()
    const { body } = await change({ nickname: ' 微信用户 ' }, person)
    expect(body.nickname).toBe(defaultNickname(person.user.id))
  })

  it('PUT /v1/me/profile audits which fields changed, without their values', async () => {
    const person = await welcome()
    await change({ nickname: '秘密名字', gender: 'male' }, person)
    await change({ nickname: '秘密名字', gender: 'male' }, person)
    await change({ gender: 'female', birthday: '1990-05-17' }, person)
    await change({ ...profile, nickname: '秘密名字', gender: 'female', birthday: '1991-05-17' }, person)
    const events = await eventsOf(person)
    const fieldsOf = events.map(({ data }) => (data as { fields: string }).fields.split(' '))
    const others = Object.keys(profile).filter((name) => name !== 'nickname' && name !== 'gender')
    expect(fieldsOf).toEqual([['nickname', 'gender'], ['gender', 'birthday'], others])
    expect(events[0]).toMatchObject({ actorId: null, ip: '127.0.0.1' })
    expect(JSON.stringify(events)).not.toMatch(/秘密|1990/)
  })

  it.each([
    ['white space around it', '  \u3000小明\t\n ', '小明'],
    ['white space within it', '小 明', '小 明'],
    ['32 characters', '名'.repeat(32), '名'.repeat(32)],
    ['letters and marks that have a form of their own', 'Jose\u0301', 'José'],
    ['an emoji joined of four people', '👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
    ['32 of the longest emoji', '👩🏻‍❤️‍💋‍👨🏿'.repeat(32), '👩🏻‍❤️‍💋‍👨🏿'.repeat(32)],
    ['flags, keycaps and styles', '🇨🇳1️⃣❤️☺︎🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇨🇳1️⃣❤️☺︎🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['words from right to left', 'محمد', 'محمد'],
    ['a script with many marks', 'กิ่งไผ่', 'กิ่งไผ่'],
    ['what looks like SQL or HTML', `'; DROP--<b>`, `'; DROP--<b>`],
  ])('PUT /v1/me/profile accepts a nickname with %s', async (_name, nickname, stored) => {
    const { status, body } = await change({ nickname })
    expect([status, body.nickname]).toEqual([200, stored])
  })

  it.each([
    ['nothing', ''],
    ['white space alone', ' \u3000\n'],
    ['33 characters', '名'.repeat(33)],
    ['more than any 32 characters need', 'x'.repeat(401)],
    ['a line within it', '小\n明'],
    ['a control character', '小\u0007明'],
    ['NUL', '小\u0000明'],
    ['half of a surrogate pair', '小\ud83d明'],
    ['an override of its direction', '\u202e小明'],
    ['an isolated direction', '小\u2067明'],
    ['a mark of direction', 'a\u200fb'],
    ['a space without width', '小\u200b明'],
    ['a joiner between letters', '小\u200d明'],
    ['a joiner at its end', '小明\u200d'],
    ['a soft hyphen', '小\u00ad明'],
    ['a filler that nobody can see', '\u3164'],
    ['an empty pattern of Braille', '\u2800'],
    ['an invisible selector behind a letter', '小\ufe0f明'],
    ['hidden tags', `a${String.fromCodePoint(0xe0068, 0xe0069)}`],
    ['a pile of marks', `Z${'\u0301'.repeat(20)}`],
    ['a number', 5],
    ['an array', ['小明']],
  ])('PUT /v1/me/profile rejects a nickname of %s, and says where', async (_name, nickname) => {
    await change({ nickname: '小红', gender: 'female' })
    const answer = await change({ nickname, gender: 'male' })
    expect(answer).toMatchObject(problem('invalid_request', 400))
    expect(answer.body.detail).toContain('body/nickname')
    expect(await me()).toMatchObject({ nickname: '小红', gender: 'female' })
  })

  it.each([
    ['30 February', '2001-02-30'],
    ['29 February of no leap year', '2001-02-29'],
    ['month 13', '2001-13-01'],
    ['day 0', '2001-01-00'],
    ['1899', '1899-12-31'],
    ['the future', new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10)],
    ['a far future', '9999-12-31'],
    ['another form', '17.05.1990'],
    ['a time', '1990-05-17T00:00:00Z'],
    ['one digit less', '1990-5-17'],
    ['nothing', ''],
    ['a number', 19_900_517],
  ])('PUT /v1/me/profile rejects a birthday of %s, and says where', async (_name, birthday) => {
    await change({ birthday: '1990-05-17', gender: 'female' })
    const answer = await change({ birthday, gender: 'male' })
    expect(answer).toMatchObject(problem('invalid_request', 400))
    expect(answer.body.detail).toContain('body/birthday')
    expect(await me()).toMatchObject({ birthday: '1990-05-17', gender: 'female' })
  })

  it('PUT /v1/me/profile accepts the earliest birthday', async () => {
    expect((await change({ birthday: '1900-01-01' })).body.birthday).toBe('1900-01-01')
  })

  it.each(['other', '', 1, ['male']])('PUT /v1/me/profile rejects a gender of %j', async (gender) => {
    expect(await change({ gender })).toMatchObject(problem('invalid_request', 400))
  })

  it('PUT /v1/me/profile rejects a request without a login', async () => {
    expect(await testApp.call('PUT /v1/me/profile', { body: { gender: 'male' } })).toMatchObject(
      problem('access_token_missing', 401),
    )
  })

  it('PUT /v1/me/profile allows as many changes per minute as its limit', async () => {
    const limited = await createTestApp({ LIMIT_PROFILE_PER_USER: '2' })
    try {
      const [one, other] = [await limited.login('person-1'), await limited.login('person-2')]
      const write = ({ accessToken: token }: LoginResult) =>
        limited.call('PUT /v1/me/profile', { token, body: { gender: 'male' } })
      expect([await write(one), await write(one)].map(({ status }) => status)).toEqual([200, 200])
      expect(await write(one)).toMatchObject(problem('rate_limited', 429))
      expect((await write(other)).status).toBe(200)
    } finally {
      await limited.close()
    }
  })

  describe('PUT /v1/admin/users/:id/profile', () => {
    let admin: LoginResult
    beforeAll(async () => {
      admin = await loginAsAdmin(testApp, 'person-399')
    })
    const act = (id: string, body: unknown, { accessToken: token } = admin) =>
      testApp.call(`PUT /v1/admin/users/${id}/profile`, { token, body })

    it('sets the nickname without a check by WeChat, and audits the admin', async () => {
      const person = await welcome()
      expect(await act(person.user.id, { nickname: ' risky 名字 ' })).toMatchObject({ status: 204, text: '' })
      expect((await me(person)).nickname).toBe('risky 名字')
      expect(await eventsOf(person)).toMatchObject([
        { actorId: admin.user.id, data: { fields: 'nickname' }, ip: '127.0.0.1' },
      ])
      await act(person.user.id, { nickname: null })
      expect((await me(person)).nickname).toBe(defaultNickname(person.user.id))
    })

    it('applies the same rules, and needs an admin and an existing user', async () => {
      const person = await welcome()
      expect(await act(person.user.id, { nickname: '\u202e' })).toMatchObject(problem('invalid_request', 400))
      expect(await act(person.user.id, { nickname: '小明' }, person)).toMatchObject(problem('forbidden', 403))
      const nobody = '00000000-0000-7000-8000-000000000000'
      expect(await act(nobody, { nickname: '小明' })).toMatchObject(problem('not_found', 404))
      await testApp.database.prisma.user.update({
        where: { id: person.user.id },
        data: { status: 'deleted' },
      })
      expect(await act(person.user.id, { nickname: '小明' })).toMatchObject(problem('not_found', 404))
    })
  })
})
