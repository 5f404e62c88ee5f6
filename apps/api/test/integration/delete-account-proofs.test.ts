import { describe, expect, it, onTestFinished } from 'vitest'
import { must, password, userOf } from '../support/accounts.ts'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { deleteMe, deleteWithProof, setPassword } from '../support/deleting.ts'
import { nextPerson } from '../support/next-user.ts'
import { useWorld } from '../support/use-test-app.ts'
import { problem, secondApp, startWorld } from '../support/test-app.ts'

describe.runIf(hasDatabase)('leaving', () => {
  const world = useWorld()

  const statusOf = async (id: string) => (await userOf(world, id)).status

  describe('with a proof', () => {
    it('takes a fresh code of the person, of whichever mini program', async () => {
      const person = nextPerson()
      const first = await world.login(person)
      await world.login(person, { appId: secondApp })
      const code = await world.code(person, secondApp)
      expect((await deleteMe(world, first.accessToken, { code, appId: secondApp })).status).toBe(204)
      expect(await statusOf(first.user.id)).toBe('deleted')
    })

    it('takes the password', async () => {
      const { user, accessToken } = await world.login(nextPerson())
      await setPassword(world, user.id, 'somebody')
      expect((await deleteMe(world, accessToken, { password })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('deleted')
    })

    it.each([
      [
        'a code of somebody else',
        async () => ({ code: await world.code('person-1') }),
        'different_account',
        409,
      ],
      [
        'a code of nobody we know',
        async () => ({ code: await world.code('person-399') }),
        'different_account',
        409,
      ],
      ['a code that WeChat refuses', async () => ({ code: 'fault:40029' }), 'code_invalid', 400],
      ['an unknown AppID', async () => ({ code: 'x', appId: 'wx0' }), 'unknown_app', 400],
      ['a wrong password', async () => ({ password: 'wrong' }), 'credentials_invalid', 400],
      ['nothing', async () => ({}), 'invalid_request', 400],
      ['both', async () => ({ code: 'x', password }), 'invalid_request', 400],
    ] as const)('refuses %s, and changes nothing', async (_, proof, code, status) => {
      await world.login('person-1')
      const { user, accessToken } = await world.login('person-2')
      if (!user.username && !(await world.database.prisma.password.count({ where: { userId: user.id } })))
        await setPassword(world, user.id, 'person-two')
      const before = await world.database.prisma.user.findUnique({ where: { id: user.id } })
      expect(await deleteMe(world, accessToken, await proof())).toMatchObject(problem(code, status))
      expect(await world.database.prisma.user.findUnique({ where: { id: user.id } })).toEqual(before)
      expect((await world.call('GET /v1/me', { token: accessToken })).status).toBe(200)
    })

    it('says precisely which proofs there are', async () => {
      const { accessToken } = await world.login('person-2')
      const { body } = await deleteMe(world, accessToken, {})
      expect(body.detail).toBe(
        "body/proof must have required property 'code', or must have required property 'password'",
      )
    })

    it('counts a code as a login, of the person and of the address', async () => {
      const strict = await startWorld({ LIMIT_LOGIN_PER_USER: '2', LIMIT_LOGIN_PER_IP: '3' })
      onTestFinished(strict.close)
      const { accessToken: token } = await strict.login('person-1')
      await strict.login('person-1')
      const deleteAccount = async (person: string) =>
        strict.call('POST /v1/me/delete', { token, body: { proof: { code: await strict.code(person) } } })
      expect(await deleteAccount('person-1')).toMatchObject(problem('rate_limited', 429))
      expect((await deleteAccount('person-2')).status).toBe(409)
      expect(await deleteAccount('person-3')).toMatchObject(problem('rate_limited', 429))
    })
  })

  describe('for who cannot log in', () => {
    it('takes the code alone, also of somebody banned', async () => {
      const person = nextPerson()
      const { user } = await world.login(person)
      const admin = await loginAsAdmin(world, 'person-0')
      const reason = 'spam'
      await must(world, `PUT /v1/admin/users/${user.id}/ban`, { reason }, { token: admin.accessToken })
      expect((await deleteWithProof(world, { code: await world.code(person) })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('deleted')
    })

    it('takes username and password', async () => {
      const { user } = await world.login(nextPerson())
      await setPassword(world, user.id, 'leaving')
      expect((await deleteWithProof(world, { username: 'Leaving', password })).status).toBe(204)
      expect(await statusOf(user.id)).toBe('deleted')
    })

    it.each([
      ['a wrong password', { username: 'remaining', password: 'wrong' }, 'credentials_invalid', 400],
      ['an unknown username', { username: 'nobody', password }, 'credentials_invalid', 400],
      ['a password without a username', { password }, 'invalid_request', 400],
      ['a code that was not WeChat’s', { code: 'fault:40029' }, 'code_invalid', 400],
      ['the same with a password beside it', { code: 'fault:40029', password }, 'code_invalid', 400],
    ] as const)('refuses %s', async (_, proof, code, status) => {
      const { user } = await world.login('person-3')
      if (!(await world.database.prisma.password.count({ where: { userId: user.id } })))
        await setPassword(world, user.id, 'remaining')
      expect(await deleteWithProof(world, proof)).toMatchObject(problem(code, status))
      expect(await statusOf(user.id)).toBe('active')
    })

    it('knows nobody behind the code of somebody new, and registers nobody', async () => {
      const users = await world.database.prisma.user.count()
      const code = await world.code('person-398')
      expect(await deleteWithProof(world, { code })).toMatchObject(problem('not_found', 404))
      expect(await world.database.prisma.user.count()).toBe(users)
    })
  })
})
