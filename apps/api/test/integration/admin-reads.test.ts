import { api, type EndpointKey, type LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { callOk, codeOf, proven } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe } from '../support/deleting.ts'
import { nextUser } from '../support/next-user.ts'
import { problem } from '../support/test-app.ts'
import { useTestApp } from '../support/use-test-app.ts'

const adminKeys = (Object.keys(api) as EndpointKey[]).filter((key) => api[key].access === 'admin')
const phoneNumber = '13700137099'
const ip = '203.0.113.77'

describe.runIf(hasDatabase)('personal data that an admin reads', () => {
  const testApp = useTestApp()
  let admin: LoginResult
  let person: string
  let user: LoginResult
  beforeAll(async () => {
    admin = await loginAsAdmin(testApp, nextUser())
    person = nextUser()
    await testApp.control('PUT', 'phone', { person, phoneNumber })
    const code = await testApp.code(person)
    user = await callOk(testApp, 'POST /v1/auth/login', { code }, { remoteAddress: ip })
    const token = user.accessToken
    const body = { code: await testApp.phoneCode(person), proof: await codeOf(testApp, person) }
    user = { ...user, ...(await callOk(testApp, 'POST /v1/me/phone', body, { token, remoteAddress: ip })) }
  })

  const details = (query: string) =>
    testApp.call(`GET /v1/admin/users/${user.user.id}${query}`, { token: admin.accessToken })
  const reveal = (body: object, id = user.user.id) =>
    testApp.call(`POST /v1/admin/users/${id}/reveal`, { token: admin.accessToken, body })
  const revealsOf = (userId: string) =>
    testApp.database.prisma.auditEvent.findMany({ where: { userId, type: 'personal_data_revealed' } })

  it.each(['', '?reason=', '?reason=x', '?reason=%20%20%20', `?reason=${'x'.repeat(201)}`])(
    'GET /v1/admin/users/:id rejects the query "%s", which has no reason, and audits nothing',
    async (query) => {
      const before = await testApp.database.prisma.auditEvent.count()
      const answer = await details(query)
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toMatch(/^querystring.*reason/)
      expect(await testApp.database.prisma.auditEvent.count()).toBe(before)
    },
  )

  it('is masked in details and in the list', async () => {
    for (const answer of [
      await details('?reason=ticket%207'),
      await testApp.call(`GET /v1/admin/users?search=${user.user.id}`, { token: admin.accessToken }),
    ]) {
      expect(answer.status).toBe(200)
      expect(answer.text).toContain('203.0.*.*')
      expect(answer.text).not.toContain(ip)
      expect(answer.text).not.toContain(phoneNumber)
    }
  })

  it('is shown by POST /v1/admin/users/:id/reveal, which audits the admin, the user and the reason each time', async () => {
    for (const reason of ['ticket 7', 'ticket 7']) {
      const { status, body } = await reveal({ reason })
      expect(status).toBe(200)
      expect(body).toMatchObject({ phone: `+86${phoneNumber}`, lastLoginIp: ip })
      expect(body.sessions).toMatchObject([{ ip }])
      expect(body.events.length).toBeGreaterThan(0)
    }
    const entry = { actorId: admin.user.id, ip: '127.0.0.1', data: { reason: 'ticket 7' } }
    expect(await revealsOf(user.user.id)).toMatchObject([entry, entry])
    expect(testApp.log()).not.toMatch(/ticket 7|13700137099/)
  })

  it('is shown to the user with the reason, and without the IP of the admin, in the export', async () => {
    const { accessToken: token } = await testApp.login(person)
    const { body, text } = await testApp.call('POST /v1/me/export', {
      token,
      body: await proven(testApp, token),
    })
    const shown = body.auditEvents.filter(({ type }: { type: string }) => type === 'personal_data_revealed')
    expect(shown).toMatchObject([{ data: { reason: 'ticket 7' }, ip: null }, {}])
    expect(text).toContain('ticket 7')
  })

  it('never has the IP of an admin who acted on the user', async () => {
    const other = await testApp.login(nextUser())
    await testApp.call(`PUT /v1/admin/users/${other.user.id}/level`, {
      token: admin.accessToken,
      body: { level: 1 },
      remoteAddress: '198.51.100.9',
    })
    const { text } = await reveal({ reason: 'ticket 8' }, other.user.id)
    expect(text).not.toContain('198.51.100.9')
  })

  it.each([{}, { reason: '' }, { reason: '  ' }])('is not revealed for %j', async (body) => {
    const before = (await revealsOf(user.user.id)).length
    expect(await reveal(body)).toMatchObject(problem('invalid_request', 400))
    expect(await revealsOf(user.user.id)).toHaveLength(before)
  })

  it('is not revealed of a deleted account', async () => {
    const leaving = nextUser()
    const { user: deleted, accessToken } = await testApp.login(leaving)
    await deleteMe(testApp, accessToken, await codeOf(testApp, leaving))
    expect(await reveal({ reason: 'ticket 9' }, deleted.id)).toMatchObject(problem('not_found', 404))
    expect(await revealsOf(deleted.id)).toEqual([])
  })

  it.each(adminKeys)('%s rejects a former admin whose token still says admin', async (key) => {
    const former = await loginAsAdmin(testApp, nextUser())
    await testApp.database.prisma.user.update({ where: { id: former.user.id }, data: { role: 'user' } })
    const path = `${key.replace(':id', user.user.id)}?reason=ticket`
    const before = await revealsOf(user.user.id)
    expect(await testApp.call(path, { token: former.accessToken, body: { reason: 'ticket' } })).toMatchObject(
      problem('forbidden', 403),
    )
    expect(await revealsOf(user.user.id)).toEqual(before)
  })
})
