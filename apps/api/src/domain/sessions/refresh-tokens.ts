import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Key } from '../../config/keys.ts'

/** What a refresh token says once its mac is known to be ours. */
export type RefreshTokenContent = {
  sessionId: string
  /** Which of the session's tokens this is, counted from 1. */
  counter: number
}

export type RefreshTokens = {
  /** The same content yields the same token, so an answer that was lost can be given again. */
  issue(content: RefreshTokenContent): string
  /** `null` for anything that we did not issue: forged, truncated, of another system. */
  read(token: string): RefreshTokenContent | null
}

/**
 * Refresh tokens are `sessionId.counter.mac`. The mac makes a forgery recognizable without the database, so that a
 * made-up token can neither end a session nor cost a query. The first key signs, all of them verify.
 */
export function createRefreshTokens(keys: [Key, ...Key[]]): RefreshTokens {
  const sign = (content: string, key: Key) => createHmac('sha256', key.secret).update(content).digest()

  return {
    issue({ sessionId, counter }) {
      const content = `${sessionId}.${counter}`
      return `${content}.${sign(content, keys[0]).toString('base64url')}`
    },
    read(token) {
      const [, content, sessionId, counter, mac] = form.exec(token) ?? []
      if (!content || !sessionId || !counter || !mac) return null
      const given = Buffer.from(mac, 'base64url')
      // The text too, since the last character of base64url has spare bits: one content, one token.
      const valid =
        keys.some((key) => timingSafeEqual(sign(content, key), given)) && given.toString('base64url') === mac
      return valid ? { sessionId, counter: Number(counter) } : null
    },
  }
}

const form = /^(([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.([1-9]\d{0,8}))\.([\w-]{43})$/
