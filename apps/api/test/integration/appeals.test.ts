import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { callOk, password, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { setPassword } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const reason = '多次刷单'
const text = '我没有刷单，请核实'

describe.runIf(hasDatabase)('a banned user', () => {
  const testApp = useTestApp()
  let admin: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(testApp, 'person-0')
  })

  const asAdmin = (key: string, body?: object) =>
    testApp.call(key, { token: admin.accessToken, ...(body ? { body } : {}) })
  const ban = (id: string, body: object = { reason }) =>
    callOk(testApp, `PUT /v1/admin/users/${id}/ban`, body, { token: admin.accessToken })
  const notice = async (person: string) =>
    testApp.call('POST /v1/auth/ban-notice', { body: { code: await testApp.code(person) } })
  const appeal = async (person: string, words = text) =>
    testApp.call('POST /v1/auth/appeal', { body: { code: await testApp.code(person), text: words } })
  const appealsOf = (userId: string) =>
    testApp.database.prisma.appeal.findMany({ where: { userId }, orderBy: { id: 'asc' } })
  const openAppealOf = async (userId: string) => {
    const { body } = await asAdmin('GET /v1/admin/appeals?limit=100')
    return body.appeals.find((listed: { userId: string }) => listed.userId === userId)
  }

  async function bannedUser(body?: object) {
    const person = nextUser()
    const { user } = await testApp.login(person)
    await ban(user.id, body)
    return { person, id: user.id }
  }

  describe('POST /v1/auth/ban-notice', () => {
    it('returns reason and end, and nothing that is for admins', async () => {
      const until = new Date(Date.now() + 60_000).toISOString()
      const { person, id } = await bannedUser({ reason, until, note: 'reported by user 7' })
      const response = await notice(person)
      expect(response).toMatchObject({ status: 200, body: { reason, until, appeal: null } })
      const code = await testApp.code(person)
      const exported = await testApp.call('POST /v1/auth/export', { body: { code } })
      expect(exported.body.user.bannedReason).toBe(reason)
      for (const { text: shown } of [response, exported]) expect(shown).not.toContain('reported by')
      expect((await asAdmin(`GET /v1/admin/users/${id}?reason=appeal`)).body.user.bannedNote).toBe('reported by user 7')
    })

    it.each([
      ['a code of a user who is not banned', async () => ({ code: await testApp.code('person-1') }), 409],
      ['a code of an unknown user', async () => ({ code: await testApp.code('person-397') }), 404],
      ['a code that WeChat rejects', async () => ({ code: 'fault:40029' }), 400],
      ['a wrong password', async () => ({ username: 'banned-one', password: 'wrong' }), 400],
      ['an unknown username', async () => ({ username: 'unknown-one', password }), 400],
      ['no proof', async () => ({}), 400],
    ] as const)('rejects %s without the reason', async (_, proof, status) => {
      await testApp.login('person-1')
      const { user } = await testApp.login('person-2')
      if (!user.username && !(await testApp.database.prisma.password.count({ where: { userId: user.id } }))) {
        await setPassword(testApp, user.id, 'banned-one')
        await ban(user.id)
      } else await ban(user.id)
      const response = await testApp.call('POST /v1/auth/ban-notice', { body: await proof() })
      expect(response.status).toBe(status)
      expect(response.text).not.toContain(reason)
      await asAdmin(`DELETE /v1/admin/users/${user.id}/ban`)
    })

    it('rejects a code that was used for it before', async () => {
      const { person } = await bannedUser()
      const body = { code: await testApp.code(person) }
      expect((await testApp.call('POST /v1/auth/ban-notice', { body })).status).toBe(200)
      expect(await testApp.call('POST /v1/auth/ban-notice', { body })).toMatchObject(
        problem('code_used', 400),
      )
    })
  })

  describe('POST /v1/auth/appeal', () => {
    it('files an appeal by WeChat or by password, audited', async () => {
      const { person, id } = await bannedUser()
      expect(await appeal(person)).toMatchObject({
        status: 200,
        body: { reason, appeal: { state: 'open', response: null } },
      })
      expect(await appealsOf(id)).toMatchObject([{ text, state: 'open' }])
      const audited = { userId: id, type: 'appeal_filed' }
      expect(await testApp.database.prisma.auditEvent.count({ where: audited })).toBe(1)

      const other = await bannedUser()
      await setPassword(testApp, other.id, `appeal-${other.person}`)
      const body = { username: `appeal-${other.person}`, password, text }
      expect((await testApp.call('POST /v1/auth/appeal', { body })).status).toBe(200)
      expect(await appealsOf(other.id)).toHaveLength(1)
    })

    it('returns the open appeal when it is sent again, also at the same time', async () => {
      const { person, id } = await bannedUser()
      const responses = await Promise.all([appeal(person), appeal(person, 'again'), appeal(person, 'more')])
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
      await appeal(person, 'later')
      expect(await appealsOf(id)).toHaveLength(1)
    })

    it('rejects an appeal of a user who is not banned, an empty one and a long one', async () => {
      const { user } = await testApp.login('person-3')
      expect(await appeal('person-3')).toMatchObject(problem('not_banned', 409))
      await ban(user.id)
      expect(await appeal('person-3', ' \n ')).toMatchObject(problem('invalid_request', 400))
      expect(await appeal('person-3', '长'.repeat(1001))).toMatchObject(problem('invalid_request', 400))
      expect(await appealsOf(user.id)).toEqual([])
      expect((await appeal('person-3', '长'.repeat(1000))).status).toBe(200)
    })

    it("files nothing for another user's ban", async () => {
      const { person, id } = await bannedUser()
      await setPassword(testApp, id, `target-${person}`)
      const body = { username: `target-${person}`, password: 'guessed guessed', text }
      expect(await testApp.call('POST /v1/auth/appeal', { body })).toMatchObject(
        problem('credentials_invalid', 400),
      )
      // The code decides, whatever stands beside it.
      const { user } = await testApp.login('person-4')
      await ban(user.id)
      const code = await testApp.code('person-4')
      await testApp.call('POST /v1/auth/appeal', { body: { code, text, userId: id } })
      expect([await appealsOf(id), (await appealsOf(user.id)).length]).toEqual([[], 1])
    })

    it('rejects the fourth appeal of a day', async () => {
      const { person, id } = await bannedUser()
      for (const _ of [1, 2, 3]) {
        expect((await appeal(person)).status).toBe(200)
        const { id: appealId } = await openAppealOf(id)
        await asAdmin(`POST /v1/admin/appeals/${appealId}/reject`, { response: '证据属实' })
      }
      expect(await appeal(person)).toMatchObject(problem('rate_limited', 429))
      expect(await appealsOf(id)).toHaveLength(3)
    })

    it('slows down guesses of a password from one IP', async () => {
      const strict = await createTestApp({ LIMIT_PASSWORD_PER_IP: '3' })
      onTestFinished(strict.close)
      const guess = (key: string) =>
        strict.call(key, {
          body: { username: 'somename', password: 'wrong', text },
          remoteAddress: '9.9.9.9',
        })
      const keys = ['ban-notice', 'appeal', 'export', 'appeal', 'ban-notice', 'export', 'delete']
      const statuses: number[] = []
      for (const key of keys) statuses.push((await guess(`POST /v1/auth/${key}`)).status)
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0)
    })
  })

  describe('POST /v1/auth/export', () => {
    it('returns everything, with the appeal, and audits it', async () => {
      const { person, id } = await bannedUser()
      await appeal(person)
      const code = await testApp.code(person)
      const { status, body } = await testApp.call('POST /v1/auth/export', { body: { code } })
      expect(status).toBe(200)
      expect(body).toMatchObject({ user: { id, status: 'banned' }, appeals: [{ text, state: 'open' }] })
      expect(body.auditEvents).toContainEqual(expect.objectContaining({ type: 'data_exported' }))
    })

    it.each([
      ['an unknown user', async () => ({ code: await testApp.code('person-396') }), 'not_found', 404],
      ['a wrong password', async () => ({ username: 'nobody', password }), 'credentials_invalid', 400],
    ] as const)('rejects %s', async (_, proof, code, status) => {
      expect(await testApp.call('POST /v1/auth/export', { body: await proof() })).toMatchObject(
        problem(code, status),
      )
    })

    it('is limited per user', async () => {
      const strict = await createTestApp({ LIMIT_EXPORT_PER_USER: '1' })
      onTestFinished(strict.close)
      const { user } = await strict.login('person-1')
      expect(user.status).toBe('active')
      const send = async () =>
        strict.call('POST /v1/auth/export', { body: { code: await strict.code('person-1') } })
      expect((await send()).status).toBe(200)
      expect(await send()).toMatchObject(problem('rate_limited', 429))
    })
  })

  it('logs in after an admin accepts the appeal', async () => {
    const { person, id } = await bannedUser({ reason, note: 'reported' })
    await appeal(person)
    const listed = await openAppealOf(id)
    expect(listed).toMatchObject({ text, bannedReason: reason, bannedNote: 'reported', state: 'open' })
    const accept = `POST /v1/admin/appeals/${listed.id}/accept`
    expect((await asAdmin(accept)).status).toBe(204)
    expect((await testApp.login(person)).user.id).toBe(id)
    expect(await appealsOf(id)).toMatchObject([{ state: 'accepted', decidedAt: expect.any(Date) }])
    expect(await userOf(testApp, id)).toMatchObject({ bannedReason: null, bannedNote: null, banId: null })
    const events = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: id, actorId: admin.user.id },
    })
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['appeal_accepted', 'user_unbanned', 'personal_data_read']),
    )
    expect(await asAdmin(accept)).toMatchObject(problem('not_found', 404))
  })

  it('reads why an appeal was rejected, stays banned and can appeal again', async () => {
    const { person, id } = await bannedUser()
    await appeal(person)
    const { id: appealId } = await openAppealOf(id)
    const body = { response: '聊天记录属实' }
    expect((await asAdmin(`POST /v1/admin/appeals/${appealId}/reject`, body)).status).toBe(204)
    expect((await notice(person)).body.appeal).toMatchObject({ state: 'rejected', ...body })
    const login = await testApp.call('POST /v1/auth/login', { body: { code: await testApp.code(person) } })
    expect(login).toMatchObject({ status: 403, body: { code: 'account_banned', reason } })
    expect(await openAppealOf(id)).toBeUndefined()
    expect((await appeal(person)).body.appeal.state).toBe('open')
  })

  it('keeps the appeal when the ban is changed, and starts anew with a new ban', async () => {
    const { person, id } = await bannedUser()
    await appeal(person)
    await ban(id, { reason: 'changed' })
    expect((await notice(person)).body).toMatchObject({ reason: 'changed', appeal: { state: 'open' } })

    await testApp.database.prisma.user.update({ where: { id }, data: { bannedUntil: new Date(0) } })
    const { id: appealId } = await openAppealOf(id)
    await ban(id, { reason: 'second' })
    expect((await notice(person)).body).toEqual({ reason: 'second', until: null, appeal: null })
    expect(await appealsOf(id)).toMatchObject([{ state: 'lapsed' }])
    // The appeal against the first ban does not lift the second.
    expect((await asAdmin(`POST /v1/admin/appeals/${appealId}/accept`)).status).toBe(404)
    expect((await userOf(testApp, id)).status).toBe('banned')
  })

  it('has the appeal accepted when an admin lifts the ban', async () => {
    const { person, id } = await bannedUser()
    await appeal(person)
    await asAdmin(`DELETE /v1/admin/users/${id}/ban`)
    expect(await appealsOf(id)).toMatchObject([{ state: 'accepted' }])
  })

  it('takes the appeal along when the account is deleted', async () => {
    const { person, id } = await bannedUser()
    await appeal(person)
    const body = { code: await testApp.code(person) }
    expect((await testApp.call('POST /v1/auth/delete', { body })).status).toBe(204)
    expect(await appealsOf(id)).toEqual([])
    expect(await notice(person)).toMatchObject(problem('not_found', 404))
  })

  it('finds admin endpoints closed: only an admin lists and decides', async () => {
    const { person, id } = await bannedUser()
    await appeal(person)
    const { id: appealId } = await openAppealOf(id)
    const user = await testApp.login(nextUser())
    const key = `POST /v1/admin/appeals/${appealId}`
    for (const request of ['GET /v1/admin/appeals', `${key}/accept`, `${key}/reject`])
      for (const [token, status] of [
        [user.accessToken, 403],
        [undefined, 401],
      ] as const) {
        const body = request.endsWith('reject') ? { body: { response: 'x' } } : {}
        expect((await testApp.call(request, { ...(token ? { token } : {}), ...body })).status).toBe(status)
      }
    expect(await appealsOf(id)).toMatchObject([{ state: 'open' }])
  })

  it('pages through appeals, the oldest first', async () => {
    for (const _ of [1, 2, 3]) await appeal((await bannedUser()).person)
    const seen: string[] = []
    let cursor: string | null = ''
    do {
      const { body } = await asAdmin(`GET /v1/admin/appeals?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.appeals.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    } while (cursor !== null)
    const open = await testApp.database.prisma.appeal.findMany({
      where: { state: 'open' },
      orderBy: { id: 'asc' },
    })
    expect(seen).toEqual(open.map(({ id }) => id))
  })
})
