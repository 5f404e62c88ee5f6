import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { LoginResult } from '@repo/shared'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { avatarOf, eventsOf, noise, storedFiles, upload } from '../support/avatars.ts'
import { hasDatabase } from '../support/database.ts'
import { nextUser } from '../support/next-user.ts'
import { createTestApp, problem } from '../support/test-app.ts'
import { uploadOf } from '../support/uploads.ts'
import { useTestApp } from '../support/use-test-app.ts'

describe.runIf(hasDatabase)('a picture', () => {
  const testApp = useTestApp()

  const welcome = () => testApp.login(nextUser())

  it('waits its turn when many come at once; who comes beyond all places is told when to try again', async () => {
    const person = await welcome()
    const content = await noise(1200, 1200).jpeg({ quality: 60 }).toBuffer()
    const answers = await Promise.all(Array.from({ length: 50 }, () => upload(testApp, person, { content })))
    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].sort()).toEqual([200, 429])
    for (const answer of answers.filter(({ status }) => status === 429))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await upload(testApp, person, { content })).status).toBe(200)
  })

  it('is counted before it is read: too many take no memory', async () => {
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

  it('of somebody who was banned meanwhile is not taken', async () => {
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

  describe('of a user is', () => {
    let admin: LoginResult
    beforeAll(async () => {
      admin = await loginAsAdmin(testApp, 'person-399')
    })
    const act = (method: 'POST' | 'DELETE', id: string, more: object = {}, { accessToken: token } = admin) =>
      testApp.call(`${method} /v1/admin/users/${id}/avatar`, { token, ...more })

    it('given and taken by an admin, whose name is in the audit log', async () => {
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

    it('not touched by who is no admin, nor is that of nobody', async () => {
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
