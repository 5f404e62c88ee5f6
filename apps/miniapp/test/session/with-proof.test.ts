import type { Proof } from '@repo/shared'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ApiError } from '../../src/session/errors.ts'
import { type PasswordPrompt, withProof } from '../../src/session/with-proof.ts'
import { apiError, userOf } from './fake-server.ts'
import { ada, createPhone, errorOf } from './phone.ts'

const revoke = 'POST /v1/me/sessions/:id/revoke'
const appId = 'wx0000000000000000'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

/** A user who is asked for a password does `answer`. */
function phoneOf(
  loginMethod: 'wechat' | 'password',
  answer: (question: PasswordPrompt) => Promise<unknown> = async () => {},
  username: string | null = 'ada',
) {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, { username })), loginMethod)
  const session = phone.launch()
  const promptForPassword = vi.fn(async (question: PasswordPrompt) => void (await answer(question)))
  const revokeDevice = () =>
    withProof({
      session,
      promptForPassword,
      send: (proof: Proof) => session.request(revoke, { params: { id: 'other' }, body: { proof } }),
    })
  return { phone, session, server: phone.server, promptForPassword, revokeDevice }
}
const done = () => undefined
const lastProof = (server: ReturnType<typeof phoneOf>['server']) =>
  (server.lastBody(revoke) as { proof: unknown }).proof

describe('an operation that needs a proof', () => {
  it('of a session of WeChat is proven by a fresh code, and the user is asked nothing', async () => {
    const { server, revokeDevice, promptForPassword } = phoneOf('wechat')
    server.respondNext(revoke, done, done)
    await revokeDevice()
    await revokeDevice()
    expect(lastProof(server)).toEqual({ code: `code-of-${ada}-2`, appId })
    expect(promptForPassword).not.toHaveBeenCalled()
  })

  it('of a session that a password began asks for the password, and asks WeChat nothing', async () => {
    const { phone, server, revokeDevice } = phoneOf('password', ({ prove }) => prove({ password: 'right' }))
    server.respondNext(revoke, done)
    await revokeDevice()
    expect(lastProof(server)).toEqual({ password: 'right' })
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(JSON.stringify([...phone.stored])).not.toContain('right')
  })

  it('asks for the password where the WeChat account on the phone is not bound', async () => {
    const { server, revokeDevice, promptForPassword } = phoneOf('wechat', ({ prove }) =>
      prove({ password: 'right' }),
    )
    server.failNext(revoke, apiError('different_account', 409))
    server.respondNext(revoke, done)
    await revokeDevice()
    expect(promptForPassword).toHaveBeenCalledWith(expect.objectContaining({ isWechatRejected: true }))
    expect(lastProof(server)).toEqual({ password: 'right' })
  })

  it('says so where it is not bound and there is no password', async () => {
    const { server, revokeDevice, promptForPassword } = phoneOf('wechat', undefined, null)
    server.failNext(revoke, apiError('different_account', 409))
    expect(await errorOf(revokeDevice())).toMatchObject({ code: 'different_account' })
    expect(promptForPassword).not.toHaveBeenCalled()
  })

  it.each(['credentials_invalid', 'rate_limited', 'different_account', 'code_used', 'wechat_busy'] as const)(
    'keeps the question open after %s, for another try',
    async (code) => {
      const told: unknown[] = []
      const { server, revokeDevice } = phoneOf('password', async ({ prove }) => {
        told.push(await prove({ password: 'wrong' }))
        told.push(await prove({ password: 'right' }))
      })
      server.failNext(revoke, apiError(code, 400))
      server.respondNext(revoke, done)
      await revokeDevice()
      expect(told).toEqual([expect.objectContaining({ code }), null])
    },
  )

  it('can be proven by WeChat where the password is forgotten, by a fresh code per try', async () => {
    const { server, revokeDevice } = phoneOf('password', async ({ prove }) => {
      await prove('wechat')
      await prove('wechat')
    })
    server.failNext(revoke, apiError('code_invalid', 400))
    server.respondNext(revoke, done)
    await revokeDevice()
    expect(lastProof(server)).toEqual({ code: `code-of-${ada}-2`, appId })
  })

  it('says in place that WeChat gave no code', async () => {
    let told: unknown
    const { phone, revokeDevice } = phoneOf('password', async ({ prove }) => {
      told = await prove('wechat')
    })
    phone.platform.login.mockResolvedValueOnce({})
    expect(await errorOf(revokeDevice())).toMatchObject({ code: 'proof_cancelled' })
    expect(told).toMatchObject({ code: 'wechat_code_missing' })
  })

  it('that is cancelled is not sent', async () => {
    const { server, revokeDevice } = phoneOf('password')
    expect(await errorOf(revokeDevice())).toMatchObject({ code: 'proof_cancelled' })
    expect(server.count(revoke)).toBe(0)
  })

  it.each([
    ['not_found', 404],
    ['session_revoked', 401],
    ['database_unavailable', 503],
  ] as const)('closes the question where %s is not about the proof', async (code, status) => {
    let told: unknown = 'nothing'
    const { server, revokeDevice } = phoneOf('password', async ({ prove }) => {
      told = await prove({ password: 'right' })
    })
    server.failNext(revoke, apiError(code, status))
    expect(((await errorOf(revokeDevice())) as ApiError).code).toBe(code)
    expect(told).toBeNull()
  })
})
