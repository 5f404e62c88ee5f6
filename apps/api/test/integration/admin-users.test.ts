import { api, type LoginResult, type UserPage } from '@repo/shared'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loginAsAdmin, sessionIdOf } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { createTestApp, firstApp, problem, type TestApp } from '../support/test-app.ts'

const detailsOf = (id: string) => `GET /v1/admin/users/${id}?reason=ticket%201`

describe.runIf(hasDatabase)('reading users as an admin', () => {
  let testApp: TestApp
  let admin: LoginResult
  beforeAll(async () => {
    testApp = await createTestApp()
    admin = await loginAsAdmin(testApp, 'person-0')
  })
  afterAll(() => testApp?.close())

  const find = async (query: Record<string, string | number> = {}): Promise<UserPage> => {
    const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    const answer = await testApp.call(`GET /v1/admin/users?${parts.join('&')}`, { token: admin.accessToken })
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
    return answer.body
  }
  const idsOf = async (query: Record<string, string | number>) =>
    (await find(query)).users.map(({ id }) => id)
  const name = (id: string, data: { nickname?: string; username?: string }) =>
    testApp.database.prisma.user.update({ where: { id }, data })

  const adminKeys = Object.entries(api).flatMap(([key, { access }]) => (access === 'admin' ? [key] : []))

  it.each(adminKeys)('%s rejects a user who is not an admin', async (key) => {
    const { accessToken, user } = await testApp.login('person-1')
    const path = key.replace(':id', user.id)
    expect(await testApp.call(path)).toMatchObject(problem('access_token_missing', 401))
    expect(await testApp.call(path, { token: accessToken, body: {} })).toMatchObject(
      problem('forbidden', 403),
    )
  })

  it('GET /v1/admin/users lists every user on exactly one page, newest first, while others register', async () => {
    for (let index = 2; index < 9; index += 1) await testApp.login(`person-${index}`)
    const all = await idsOf({ limit: 100 })
    const paged: string[] = []
    let page = await find({ limit: 3 })
    for (let guest = 9; ; guest += 1) {
      paged.push(...page.users.map(({ id }) => id))
      if (page.nextCursor === null) break
      expect(page.users).toHaveLength(3)
      await testApp.login(`person-${guest}`)
      page = await find({ limit: 3, cursor: page.nextCursor })
    }
    expect(paged).toEqual(all)
    expect(all).toEqual([...all].sort().reverse())
  })

  it('GET /v1/admin/users returns no cursor when the last page is full', async () => {
    const all = await idsOf({ limit: 100 })
    expect((await find({ limit: all.length })).nextCursor).toBeNull()
    expect((await find({ limit: all.length - 1 })).nextCursor).toBe(all.at(-2))
  })

  it('GET /v1/admin/users finds by the beginning of a nickname or username, without wildcards', async () => {
    const [zhang, percent, accent] = [
      (await testApp.login('person-20')).user.id,
      (await testApp.login('person-21')).user.id,
      (await testApp.login('person-22')).user.id,
    ]
    await name(zhang, { nickname: '张三丰' })
    await name(percent, { nickname: '100%_\\' })
    await name(accent, { nickname: 'Zoë', username: 'zoe' })
    const expected: [string, string[]][] = [
      ['张三', [zhang]],
      ['张三丰', [zhang]],
      ['三丰', []],
      ['zo', [accent]],
      ['zoe', [accent]],
      ['Zo', [accent]],
      ['100', [percent]],
      ['100%_\\', [percent]],
      ['%%', []],
      ['__', []],
      ['100_', []],
      ['\\\\', []],
      ["''", []],
      ['张三丰 ', []],
    ]
    for (const [search, ids] of expected) expect(await idsOf({ search }), search).toEqual(ids)
  })

  it.each(['a', '张', '👍'])(
    'GET /v1/admin/users asks for two letters when an admin searches for %s',
    async (letter) => {
      const answer = await testApp.call(`GET /v1/admin/users?search=${encodeURIComponent(letter)}`, {
        token: admin.accessToken,
      })
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toBe('querystring/search must NOT have fewer than 2 characters')
    },
  )

  it('GET /v1/admin/users finds by a complete id or openid', async () => {
    const { user } = await testApp.login('person-23')
    const { openid = '' } =
      (await testApp.database.prisma.wechatIdentity.findFirst({ where: { userId: user.id } })) ?? {}
    expect(await idsOf({ search: user.id })).toEqual([user.id])
    expect(await idsOf({ search: openid })).toEqual([user.id])
    expect(await idsOf({ search: openid.slice(0, -1) })).toEqual([])
    expect(await idsOf({ search: user.id.slice(0, -1) })).toEqual([])
  })

  it('GET /v1/admin/users filters by role and status, and ignores an expired ban', async () => {
    const ids: string[] = []
    for (const person of ['person-30', 'person-31', 'person-32', 'person-33'])
      ids.unshift((await testApp.login(person)).user.id)
    const [deleted = '', over = '', until = '', forever = ''] = ids
    for (const id of ids) await name(id, { nickname: 'Filtered' })
    const set = (id: string, data: object) => testApp.database.prisma.user.update({ where: { id }, data })
    const reason = { status: 'banned', bannedReason: 'spam' }
    await set(forever, reason)
    await set(until, { ...reason, bannedUntil: new Date(Date.now() + 60_000) })
    await set(over, { ...reason, bannedUntil: new Date(Date.now() - 60_000), role: 'admin' })
    await set(deleted, { status: 'deleted' })
    const search = 'Filtered'
    expect(await idsOf({ search, status: 'banned' })).toEqual([until, forever])
    expect(await idsOf({ search, status: 'active' })).toEqual([over])
    expect(await idsOf({ search, status: 'deleted' })).toEqual([deleted])
    expect(await idsOf({ search, role: 'admin' })).toEqual([over])
    expect(await idsOf({ search, role: 'user', status: 'banned', limit: 1 })).toEqual([until])
    const shown = (await find({ search, limit: 100 })).users
    expect(shown.map(({ status, bannedReason }) => [status, bannedReason])).toEqual([
      ['deleted', null],
      ['active', null],
      ['banned', 'spam'],
      ['banned', 'spam'],
    ])
  })

  it('GET /v1/admin/users/:id returns one user with live sessions and all events', async () => {
    const before = await testApp.login('person-40', { device: { model: 'Mi 15', system: 'Android 16' } })
    const { user } = before
    const after = await testApp.login('person-40')
    await testApp.call('POST /v1/auth/logout', { token: after.accessToken })
    const token = admin.accessToken
    await testApp.call(`PUT /v1/admin/users/${user.id}/level`, { token, body: { level: 2 } })
    const { status, body } = await testApp.call(detailsOf(user.id), { token })
    expect(status).toBe(200)
    expect(body.user).toEqual({
      ...after.user,
      level: 2,
      levelDescription: '高级 VIP 用户',
      lastLoginIpMasked: '127.0.*.*',
      bannedReason: null,
      bannedNote: null,
      bannedUntil: null,
    })
    expect(body.sessions).toMatchObject([
      { id: sessionIdOf(before), deviceModel: 'Mi 15', ipMasked: '127.0.*.*', isCurrent: false },
    ])
    expect(body.events).toMatchObject([
      { type: 'level_changed', userId: user.id, actorId: admin.user.id, ipMasked: '127.0.*.*' },
      { type: 'session_revoked', reason: 'logout', actorId: null, sessionId: sessionIdOf(after) },
      { type: 'login', sessionId: sessionIdOf(after), appId: firstApp, ipMasked: '127.0.*.*' },
      { type: 'login', sessionId: sessionIdOf(before) },
      { type: 'consent_given', appId: firstApp },
    ])
    expect(JSON.stringify(body)).not.toMatch(/session_?key|openid|"127\.0\.0\.1"/i)
  })

  it('GET /v1/admin/users/:id returns 404 when no user has the id', async () => {
    const path = detailsOf(sessionIdOf(admin))
    expect(await testApp.call(path, { token: admin.accessToken })).toMatchObject(problem('not_found', 404))
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=',
    'limit=0x10',
    'limit=1e1',
    'limit=1.0',
    'limit=+5',
    'limit=%205',
    'limit=5%0a',
    'limit=-5',
    'limit=٥',
    'limit=true',
    'limit=null',
    `limit=${'9'.repeat(400)}`,
    'limit=5&limit=5',
    'status=gone',
    'role=root',
    'cursor=x',
    'search=',
    'search=%00',
    `search=${'x'.repeat(129)}`,
    'search=aa&search=bb',
  ])('GET /v1/admin/users rejects a query with %s', async (query) => {
    const answer = await testApp.call(`GET /v1/admin/users?${query}`, { token: admin.accessToken })
    expect(answer).toMatchObject(problem('invalid_request', 400))
    expect(answer.body.detail).toMatch(/^querystring\/[a-z]+ must /)
  })

  it('audits every account that an admin read, once per hour, admin and reason', async () => {
    const { user } = await testApp.login('person-390')
    const reads = () =>
      testApp.database.prisma.auditEvent.findMany({ where: { userId: user.id, type: 'personal_data_read' } })
    const token = admin.accessToken
    expect((await testApp.call(`GET /v1/admin/users?search=${user.id}`, { token })).body.users).toHaveLength(
      1,
    )
    await testApp.call(detailsOf(user.id), { token })
    await testApp.call(detailsOf(user.id), { token })
    expect(await reads()).toMatchObject([
      { actorId: admin.user.id, ip: '127.0.0.1', data: null },
      { actorId: admin.user.id, ip: '127.0.0.1', data: { reason: 'ticket 1' } },
    ])
    const second = await loginAsAdmin(testApp, 'person-391')
    await testApp.call(detailsOf(user.id), { token: second.accessToken })
    expect((await reads()).map(({ actorId }) => actorId)).toEqual([
      admin.user.id,
      admin.user.id,
      second.user.id,
    ])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61 * 60_000 })
    const later = await testApp.login('person-0')
    await testApp.call(detailsOf(user.id), { token: later.accessToken })
    vi.useRealTimers()
    expect(await reads()).toHaveLength(4)
    // The user reads about it, without the IP of the admin.
    const { body } = await testApp.call('POST /v1/me/export', {
      token: (await testApp.login('person-390')).accessToken,
      body: { proof: { code: await testApp.code('person-390') } },
    })
    const shown = body.auditEvents.filter(({ type }: { type: string }) => type === 'personal_data_read')
    expect(shown).toHaveLength(4)
    for (const { ip } of shown) expect(ip).toBeNull()
  })

  it('rejects a user who is not an admin, and audits ten attempts per hour', async () => {
    const { user, accessToken: token } = await testApp.login('person-392')
    for (let round = 0; round < 6; round += 1) {
      await testApp.call('GET /v1/admin/users', { token })
      await testApp.call(`DELETE /v1/admin/users/${user.id}/ban`, { token })
    }
    const denied = await testApp.database.prisma.auditEvent.findMany({
      where: { userId: user.id, type: 'admin_access_denied' },
      orderBy: { id: 'asc' },
    })
    expect(denied).toHaveLength(10)
    expect(denied.slice(0, 2)).toMatchObject([
      { code: 'forbidden', data: { reason: 'GET /v1/admin/users' }, actorId: null, ip: '127.0.0.1' },
      { code: 'forbidden', data: { reason: 'DELETE /v1/admin/users/:id/ban' } },
    ])
  })
})
