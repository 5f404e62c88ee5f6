import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type CodeSource,
  createExchangeGuard,
  type ExchangeGuard,
} from '../../src/domain/identities/exchange-guard.ts'
import { createDeviceTokens } from '../../src/domain/sessions/device-tokens.ts'
import { createMemoryCounters } from '../../src/infra/rate-limits/counters.ts'
import { ApiError } from '../../src/utils/api-error.ts'

const deviceTokens = createDeviceTokens([{ id: 'a', secret: Buffer.alloc(32, 'a') }])
const shared = { ip: '100.64.9.9' }

describe('codes that WeChat does not know', () => {
  let guard: ExchangeGuard
  let codes = 0
  let running = 0
  let mostAtOnce = 0
  beforeEach(() => {
    guard = createExchangeGuard({
      limits: { failedLoginPerIp: 3 },
      counters: createMemoryCounters(),
      deviceTokens,
    })
    mostAtOnce = 0
  })

  const nextCode = () => {
    codes += 1
    return { appId: 'wx1', code: `code-${codes}` }
  }
  /** An exchange that takes a while, of which those at the same time are counted. */
  async function exchange(error?: ApiError): Promise<string> {
    running += 1
    mostAtOnce = Math.max(mostAtOnce, running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running -= 1
    if (error) throw error
    return 'openid'
  }
  const outcomeOf = (result: Promise<string>) =>
    result.catch((error: unknown) => (error instanceof ApiError ? error.code : error))
  const fail = (source: CodeSource, code: 'code_invalid' | 'code_used' = 'code_invalid') =>
    outcomeOf(guard.run(source, nextCode(), () => exchange(new ApiError(code))))
  const succeed = (source: CodeSource) => outcomeOf(guard.run(source, nextCode(), () => exchange()))
  async function mostAtOnceOf(count: number, source: (index: number) => CodeSource) {
    mostAtOnce = 0
    const outcomes = await Promise.all(Array.from({ length: count }, (_, index) => succeed(source(index))))
    return { mostAtOnce, outcomes }
  }
  const allIn = (count: number) => Array(count).fill('openid')

  it.each([60, 200, 1000])(
    'wait for each other beyond the limit, and the next user is let in after %i of them',
    async (count) => {
      for (let sent = 0; sent < count; sent += 50)
        await Promise.all(Array.from({ length: Math.min(50, count - sent) }, () => fail(shared)))
      expect(await mostAtOnceOf(10, () => shared)).toEqual({ mostAtOnce: 1, outcomes: allIn(10) })
      expect((await mostAtOnceOf(3, () => ({ ip: '192.0.2.1' }))).mostAtOnce).toBe(3)
    },
  )

  it('are limited when they come in parallel', async () => {
    await Promise.all(Array.from({ length: 60 }, () => fail(shared)))
    expect(mostAtOnce).toBeLessThanOrEqual(4)
  })

  it('count as failures when they were used before, unlike any other response of WeChat', async () => {
    for (let sent = 0; sent < 5; sent += 1)
      for (const code of ['wechat_busy', 'wechat_unavailable', 'wechat_login_blocked'] as const)
        expect(await outcomeOf(guard.run(shared, nextCode(), () => exchange(new ApiError(code))))).toBe(code)
    expect((await mostAtOnceOf(3, () => shared)).mostAtOnce).toBe(3)
    for (let sent = 0; sent < 4; sent += 1) await fail(shared, 'code_used')
    expect((await mostAtOnceOf(3, () => shared)).mostAtOnce).toBe(1)
  })

  it('do not concern a known device, up to ten of its own', async () => {
    const known = { ...shared, deviceToken: deviceTokens.issue('user', undefined) }
    for (let sent = 0; sent < 5; sent += 1) await fail(shared)
    expect(await mostAtOnceOf(5, () => known)).toEqual({ mostAtOnce: 5, outcomes: allIn(5) })
    const forged = { ...known, deviceToken: known.deviceToken.replace(/.$/, '!') }
    expect((await mostAtOnceOf(5, () => forged)).mostAtOnce).toBe(1)
    for (let sent = 0; sent < 11; sent += 1) await fail(known)
    expect((await mostAtOnceOf(5, () => known)).mostAtOnce).toBe(1)
  })

  it('count for the IPv6 line that they come from, in any of its networks', async () => {
    for (let network = 0; network < 7; network += 1)
      await fail({ ip: `2001:db8:0:${network.toString(16)}::1` })
    const sameLine = (index: number) => ({ ip: `2001:db8:0:${(100 + index).toString(16)}::1` })
    expect((await mostAtOnceOf(5, sameLine)).mostAtOnce).toBe(1)
    expect((await mostAtOnceOf(5, (index) => ({ ip: `2001:db8:${index + 1}::1` }))).mostAtOnce).toBe(5)
  })

  it('make at most a hundred requests wait, and none longer than four seconds', async () => {
    for (let sent = 0; sent < 4; sent += 1) await fail(shared)
    vi.useFakeTimers()
    try {
      const hang = () => new Promise<string>(() => {})
      const results = Array.from({ length: 103 }, () => outcomeOf(guard.run(shared, nextCode(), hang)))
      let refused = 0
      for (const result of results)
        void result.then((outcome) => (refused += outcome === 'rate_limited' ? 1 : 0))
      await vi.advanceTimersByTimeAsync(3900)
      expect(refused).toBe(2)
      await vi.advanceTimersByTimeAsync(200)
      expect(refused).toBe(102)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each(['code_invalid', 'code_used'] as const)(
    'are not exchanged again (%s), except in another mini program',
    async (code) => {
      const garbage = nextCode()
      const ask = vi.fn(() => exchange(new ApiError(code)))
      for (let times = 0; times < 3; times += 1)
        expect(await outcomeOf(guard.run(shared, garbage, ask))).toBe(code)
      expect(ask).toHaveBeenCalledTimes(1)
      await outcomeOf(guard.run(shared, { ...garbage, appId: 'wx2' }, ask))
      expect(ask).toHaveBeenCalledTimes(2)
    },
  )
})
