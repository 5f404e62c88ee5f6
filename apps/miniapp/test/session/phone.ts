import type { Consent, RefreshResult, RequiredConsent } from '@repo/shared'
import { vi } from 'vitest'
import { createSession, type Session } from '../../src/session/session.ts'
import { type StoredSession, toStoredSession } from '../../src/session/stored-session.ts'
import { consent } from '../fakes/consent.ts'
import { createFakeServer, userOf } from './fake-server.ts'

/** Ids in the API's format. */
export const ada = '0199f3a0-0000-7000-8000-00000000ada0'
export const bob = '0199f3a0-0000-7000-8000-00000000b0b0'

/** A phone with WeChat, and its server. `phoneErrorMs` is the error of its clock. Call `vi.useFakeTimers()` first. */
export function createPhone({ phoneErrorMs = 0 }: { phoneErrorMs?: number } = {}) {
  const server = createFakeServer()
  const stored = new Map<string, unknown>([['draft of another feature', 'must survive']])
  const openLogin = vi.fn(async () => {})
  /** The user declines, unless a test says otherwise. */
  const onConsentOutdated = vi.fn(async (_required: RequiredConsent): Promise<Consent | null> => null)
  let codes = 0
  const phone = {
    server,
    stored,
    openLogin,
    onConsentOutdated,
    phoneErrorMs,
    /** The user whose WeChat account is on this phone. */
    wechatUserId: ada,
    isSessionKeyValid: true,
    now: () => Date.now() + phone.phoneErrorMs,
    platform: {
      login: vi.fn(async (_options: { timeoutMs: number }): Promise<{ code?: string }> => {
        codes += 1
        return { code: `code-of-${phone.wechatUserId}-${codes}` }
      }),
      checkSession: vi.fn(async () => phone.isSessionKeyValid),
      storage: {
        read: vi.fn((key: string): unknown => stored.get(key) ?? ''),
        write: vi.fn((key: string, value: object): void => void stored.set(key, structuredClone(value))),
        remove: vi.fn((key: string): void => void stored.delete(key)),
      },
      // The session reaches the fake server through its client.
      send: vi.fn(),
      sendFile: vi.fn(),
    },
    /** Restarts the mini program: clears memory and keeps the storage. */
    launch(): Session {
      return createSession({
        client: server.client,
        platform: phone.platform,
        clientInfo: { appId: 'wx0000000000000000', device: { model: 'Phone', system: 'OS 1' } },
        now: phone.now,
        openLogin,
        onConsentOutdated,
      })
    },
    /** Stores a session as an earlier launch would. */
    storeSession(
      result: RefreshResult = server.issue(userOf(phone.wechatUserId)),
      loginMethod: StoredSession['loginMethod'] = 'wechat',
    ): RefreshResult {
      stored.set(
        'session',
        toStoredSession(result, { phoneNowMs: phone.now(), loginMethod, sessionKeyStale: false, consent }),
      )
      return result
    },
    storedSession: () => stored.get('session') as StoredSession | undefined,
  }
  return phone
}

/** Returns the error of a rejected promise. Throws if it was fulfilled. */
export async function errorOf(promise: Promise<unknown>): Promise<{ code?: string }> {
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => ({ error }),
  )
  if (typeof outcome === 'string') throw new Error('The promise was fulfilled')
  return outcome.error as { code?: string }
}
