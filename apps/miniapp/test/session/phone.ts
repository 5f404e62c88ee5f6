import type { RefreshResult } from '@repo/shared'
import { vi } from 'vitest'
import { createSession, type Session } from '../../src/session/session.ts'
import { type StoredSession, storedSessionOf } from '../../src/session/stored-session.ts'
import { createFakeServer, userOf } from './fake-server.ts'

/** Ids as the API gives them. */
export const ada = '0199f3a0-0000-7000-8000-00000000ada0'
export const bob = '0199f3a0-0000-7000-8000-00000000b0b0'

/**
 * A phone with WeChat on it, and the server it talks to. `phoneErrorMs` is how far its clock is off. Time is
 * Vitest's fake time, so call `vi.useFakeTimers()` first.
 */
export function createPhone({ phoneErrorMs = 0 }: { phoneErrorMs?: number } = {}) {
  const server = createFakeServer()
  const stored = new Map<string, unknown>([['draft of another feature', 'must survive']])
  const askForLogin = vi.fn(async () => {})
  let codes = 0
  const phone = {
    server,
    stored,
    askForLogin,
    phoneErrorMs,
    /** Who is logged in to WeChat. */
    person: ada,
    isWechatKeyAlive: true,
    now: () => Date.now() + phone.phoneErrorMs,
    platform: {
      login: vi.fn(async (_options: { timeoutMs: number }): Promise<{ code?: string }> => {
        codes += 1
        return { code: `code-of-${phone.person}-${codes}` }
      }),
      checkSession: vi.fn(async () => phone.isWechatKeyAlive),
      storage: {
        read: vi.fn((key: string): unknown => stored.get(key) ?? ''),
        write: vi.fn((key: string, value: object): void => void stored.set(key, structuredClone(value))),
        remove: vi.fn((key: string): void => void stored.delete(key)),
      },
      // The fake server is reached by its client alone.
      send: vi.fn(),
      sendFile: vi.fn(),
    },
    /** Starts the mini program anew; memory is lost, storage is kept. */
    launch(): Session {
      return createSession({
        client: server.client,
        platform: phone.platform,
        origin: { appId: 'wx0000000000000000', device: { model: 'Phone', system: 'OS 1' } },
        now: phone.now,
        askForLogin,
      })
    },
    /** Puts a session into the storage, as an earlier launch left it. */
    store(
      answer: RefreshResult = server.issue(userOf(phone.person)),
      begunBy: StoredSession['begunBy'] = 'wechat',
    ): RefreshResult {
      stored.set(
        'session',
        storedSessionOf(answer, { phoneNowMs: phone.now(), begunBy, wechatKeyIsStale: false }),
      )
      return answer
    },
    storedSession: () => stored.get('session') as StoredSession | undefined,
  }
  return phone
}

/** What a promise was rejected with; fails when it was not. */
export async function errorOf(promise: Promise<unknown>): Promise<{ code?: string }> {
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => ({ error }),
  )
  if (typeof outcome === 'string') throw new Error('The promise was fulfilled')
  return outcome.error as { code?: string }
}
