import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Key } from '../../config/keys.ts'

/** The content of a refresh token with a valid mac. */
export type RefreshTokenContent = {
  sessionId: string
  /** The number of this token in its session, from 1. */
  counter: number
}

export type RefreshTokens = {
  /** Deterministic, so that a lost response can be repeated. */
  issue(content: RefreshTokenContent): string
  /** `null` for a token that we did not issue. */
  read(token: string): RefreshTokenContent | null
}

/**
 * Refresh tokens are `sessionId.counter.mac`. A forged token is detected without a query, so it can neither end a session
 * nor load the database. The first key signs, all of them verify.
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
      // Compares the text too: the last character of base64url has spare bits, and a content has exactly one token.
      const valid =
        keys.some((key) => timingSafeEqual(sign(content, key), given)) && given.toString('base64url') === mac
      return valid ? { sessionId, counter: Number(counter) } : null
    },
  }
}

const form = /^(([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.([1-9]\d{0,8}))\.([\w-]{43})$/
