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

/** The user reacts to the prompt with `answer`. */
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

describe('withProof', () => {
  it('sends a fresh code for a WeChat session without a prompt', async () => {
    const { server, revokeDevice, promptForPassword } = phoneOf('wechat')
    server.respondNext(revoke, done, done)
    await revokeDevice()
    await revokeDevice()
    expect(lastProof(server)).toEqual({ code: `code-of-${ada}-2`, appId })
    expect(promptForPassword).not.toHaveBeenCalled()
  })

  it('prompts a password session and sends no WeChat code', async () => {
    const { phone, server, revokeDevice } = phoneOf('password', ({ prove }) => prove({ password: 'right' }))
    server.respondNext(revoke, done)
    await revokeDevice()
    expect(lastProof(server)).toEqual({ password: 'right' })
    expect(phone.platform.login).not.toHaveBeenCalled()
    expect(JSON.stringify([...phone.stored])).not.toContain('right')
  })

  it('prompts when the WeChat account on the phone is not bound', async () => {
    const { server, revokeDevice, promptForPassword } = phoneOf('wechat', ({ prove }) =>
      prove({ password: 'right' }),
    )
    server.failNext(revoke, apiError('different_account', 409))
    server.respondNext(revoke, done)
    await revokeDevice()
    expect(promptForPassword).toHaveBeenCalledWith(expect.objectContaining({ isWechatRejected: true }))
    expect(lastProof(server)).toEqual({ password: 'right' })
  })

  it('rejects when it is not bound and there is no password', async () => {
    const { server, revokeDevice, promptForPassword } = phoneOf('wechat', undefined, null)
    server.failNext(revoke, apiError('different_account', 409))
    expect(await errorOf(revokeDevice())).toMatchObject({ code: 'different_account' })
    expect(promptForPassword).not.toHaveBeenCalled()
  })

  it.each(['credentials_invalid', 'rate_limited', 'different_account', 'code_used', 'wechat_busy'] as const)(
    'keeps the prompt open after %s',
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

  it('accepts WeChat in the prompt with a fresh code per attempt', async () => {
    const { server, revokeDevice } = phoneOf('password', async ({ prove }) => {
      await prove('wechat')
      await prove('wechat')
    })
    server.failNext(revoke, apiError('code_invalid', 400))
    server.respondNext(revoke, done)
    await revokeDevice()
    expect(lastProof(server)).toEqual({ code: `code-of-${ada}-2`, appId })
  })

  it('shows in the prompt that WeChat returned no code', async () => {
    let told: unknown
    const { phone, revokeDevice } = phoneOf('password', async ({ prove }) => {
      told = await prove('wechat')
    })
    phone.platform.login.mockResolvedValueOnce({})
    expect(await errorOf(revokeDevice())).toMatchObject({ code: 'proof_cancelled' })
    expect(told).toMatchObject({ code: 'wechat_code_missing' })
  })

  it('sends nothing when cancelled', async () => {
    const { server, revokeDevice } = phoneOf('password')
    expect(await errorOf(revokeDevice())).toMatchObject({ code: 'proof_cancelled' })
    expect(server.count(revoke)).toBe(0)
  })

  it.each([
    ['not_found', 404],
    ['session_revoked', 401],
    ['database_unavailable', 503],
  ] as const)('closes the prompt for %s, which is not about the proof', async (code, status) => {
    let told: unknown = 'nothing'
    const { server, revokeDevice } = phoneOf('password', async ({ prove }) => {
      told = await prove({ password: 'right' })
    })
    server.failNext(revoke, apiError(code, status))
    expect(((await errorOf(revokeDevice())) as ApiError).code).toBe(code)
    expect(told).toBeNull()
  })
})
