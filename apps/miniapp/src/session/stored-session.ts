import type { RefreshResult, User } from '@repo/shared'
import { ApiProblem } from './errors.ts'
import type { PlatformStorage } from './platform.ts'
import { clockOffsetMs } from './token-expiry.ts'

/** A session as it lies in the phone's storage: one record under one key, so that it is never half written. */
export type StoredSession = {
  version: 1
  accessToken: string
  /** ISO 8601, by the server's clock. */
  accessTokenExpiresAt: string
  refreshToken: string
  /** What the phone's clock lacked to the server's when the tokens came, in milliseconds. */
  clockOffsetMs: number
  /** Shown at once at the next launch, until the server has said more. */
  user: User
  /** Only a session that WeChat began can be renewed by WeChat, without a press, and has a session_key to keep. */
  begunBy: 'wechat' | 'password'
  /** wx.login may have replaced WeChat's session_key, and the server has not got the new one yet. */
  wechatKeyIsStale: boolean
}

const key = 'session'

/** The record to keep after a login or a refresh. Rejects an answer that could not be used later. */
export function storedSessionOf(
  answer: RefreshResult,
  {
    phoneNowMs,
    begunBy,
    wechatKeyIsStale,
  }: { phoneNowMs: number } & Pick<StoredSession, 'begunBy' | 'wechatKeyIsStale'>,
): StoredSession {
  const session = parse({
    version: 1,
    accessToken: answer.accessToken,
    accessTokenExpiresAt: answer.accessTokenExpiresAt,
    refreshToken: answer.refreshToken,
    clockOffsetMs: clockOffsetMs(answer.serverTime, phoneNowMs),
    user: answer.user,
    begunBy,
    wechatKeyIsStale,
  })
  if (!session) throw new ApiProblem('unexpected_answer')
  return session
}

/** The stored session, or `null` where there is none, or none that can be read. */
export function readSession(storage: PlatformStorage): StoredSession | null {
  try {
    return parse(storage.read(key))
  } catch {
    return null
  }
}

/**
 * Replaces the stored session in one write, or removes it. When the write fails, the old record goes too: its
 * refresh token is used up and would look like a stolen one, and it may be somebody else's.
 */
export function writeSession(storage: PlatformStorage, session: StoredSession | null): void {
  if (session && tryTo(() => storage.write(key, session))) return
  tryTo(() => storage.remove(key))
}

/** Whether it worked. Where storage is full or broken, the session lives on in memory alone. */
export function tryTo(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}

/** Checks what the session and the pages rely on; a record that was written by another version is none. */
function parse(value: unknown): StoredSession | null {
  if (!isObject(value) || value.version !== 1) return null
  const { accessToken, accessTokenExpiresAt, refreshToken, clockOffsetMs, user, begunBy, wechatKeyIsStale } =
    value
  const isSound =
    [accessToken, accessTokenExpiresAt, refreshToken].every(isFilled) &&
    Number.isFinite(clockOffsetMs) &&
    (begunBy === 'wechat' || begunBy === 'password') &&
    typeof wechatKeyIsStale === 'boolean' &&
    isObject(user) &&
    [user.id, user.levelDescription, user.registeredAt, user.lastLoginAt].every(isFilled) &&
    typeof user.level === 'number' &&
    [user.nickname, user.avatarUrl].every((text) => text === null || typeof text === 'string')
  return isSound ? (value as StoredSession) : null
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== ''
