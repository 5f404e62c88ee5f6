import type { Consent, RefreshResult, User } from '@repo/shared'
import { ApiError } from './errors.ts'
import type { PlatformStorage } from './platform.ts'
import { clockOffsetMs } from './token-expiry.ts'

/** The session in the phone's storage: one record under one key, so it is never half written. */
export type StoredSession = {
  version: 1
  accessToken: string
  /** ISO 8601, by the server's clock. */
  accessTokenExpiresAt: string
  refreshToken: string
  /** Server time minus phone time when the tokens arrived, in milliseconds. */
  clockOffsetMs: number
  /** Shown at the next launch until the server responds. */
  user: User
  /** Only a session from a WeChat login can be renewed silently and has a session_key. */
  loginMethod: 'wechat' | 'password'
  /** wx.login may have replaced WeChat's session_key, and the server does not have the new one. */
  sessionKeyStale: boolean
  /** What the user has agreed to, for a silent login; `null` in a record of an earlier version. */
  consent: Consent | null
}

const key = 'session'

/** Throws if the session could not be used later. */
export function toStoredSession(
  result: RefreshResult,
  {
    phoneNowMs,
    loginMethod,
    sessionKeyStale,
    consent,
  }: { phoneNowMs: number } & Pick<StoredSession, 'loginMethod' | 'sessionKeyStale' | 'consent'>,
): StoredSession {
  const session = parse({
    version: 1,
    accessToken: result.accessToken,
    accessTokenExpiresAt: result.accessTokenExpiresAt,
    refreshToken: result.refreshToken,
    clockOffsetMs: clockOffsetMs(result.serverTime, phoneNowMs),
    user: result.user,
    loginMethod,
    sessionKeyStale,
    consent,
  })
  if (!session) throw new ApiError('unexpected_response')
  return session
}

/** The stored session, or `null` if it is missing or unreadable. */
export function readSession(storage: PlatformStorage): StoredSession | null {
  try {
    return parse(storage.read(key))
  } catch {
    return null
  }
}

/** Removes the old record if the write fails: its used refresh token would look stolen at the next launch. */
export function writeSession(storage: PlatformStorage, session: StoredSession | null): void {
  if (session && trySync(() => storage.write(key, session))) return
  trySync(() => storage.remove(key))
}

/** Returns whether it worked. While the storage is full or broken, the session lives in memory alone. */
export function trySync(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}

/** Checks the fields that the session and the pages rely on. Ignores a record of another version. */
function parse(value: unknown): StoredSession | null {
  if (!isObject(value) || value.version !== 1) return null
  const {
    accessToken,
    accessTokenExpiresAt,
    refreshToken,
    clockOffsetMs,
    user,
    loginMethod,
    sessionKeyStale,
  } = value
  const isValid =
    [accessToken, accessTokenExpiresAt, refreshToken].every(isNonEmptyString) &&
    Number.isFinite(clockOffsetMs) &&
    (loginMethod === 'wechat' || loginMethod === 'password') &&
    typeof sessionKeyStale === 'boolean' &&
    isObject(user) &&
    [user.id, user.levelDescription, user.registeredAt, user.lastLoginAt].every(isNonEmptyString) &&
    typeof user.level === 'number' &&
    [user.nickname, user.avatarUrl].every((text) => text === null || typeof text === 'string')
  return isValid ? ({ ...value, consent: parseConsent(value.consent) } as StoredSession) : null
}

const parseConsent = (value: unknown): Consent | null =>
  isObject(value) && [value.agreementVersion, value.privacyVersion].every(isNonEmptyString)
    ? (value as Consent)
    : null

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isNonEmptyString = (value: unknown): boolean => typeof value === 'string' && value !== ''
