import type { App } from './app.ts'
import { dayOf } from './quotas.ts'
import { createTokenPool, type IssuedToken } from './token-pool.ts'

/** The tokens which servers present to WeChat, of both kinds. */
export type AccessTokens = {
  /** `/cgi-bin/token`: a new token at each call; the one before works on for five minutes. */
  issue(app: App): IssuedToken
  /** `/cgi-bin/stable_token`: the same token and its remaining seconds, until it is swapped shortly before its end. */
  current(app: App): IssuedToken
  /** The same by force: a new token, and all earlier stable ones are dead. 45009 when the day's tries are used up. */
  renew(app: App): IssuedToken | 45009
  /** The AppID that a token stands for, or the errcode of the refusal. */
  check(token: string | null): string | 41001 | 40001 | 42001
}

/** So long before its end a stable token is swapped for a new one, and so long a replaced one works: until then both do. */
const overlapMs = 300_000
const forceLimitPerDay = 20
const forceGapMs = 30_000

export function createAccessTokens(options: {
  now: () => number
  randomBytes: (size: number) => Buffer
}): AccessTokens {
  const { now } = options
  const plain = createTokenPool(options)
  const stable = createTokenPool(options)
  const forcedAt = new Map<string, number[]>()

  const current = ({ appId }: App) => stable.latest(appId, overlapMs) ?? stable.issue(appId)

  return {
    issue({ appId }) {
      plain.replace(appId, overlapMs)
      return plain.issue(appId)
    },
    current,
    renew(app) {
      const today = (forcedAt.get(app.appId) ?? []).filter((time) => dayOf(time) === dayOf(now()))
      if (now() - (today.at(-1) ?? Number.NEGATIVE_INFINITY) < forceGapMs) return current(app)
      if (today.length >= forceLimitPerDay) return 45009
      forcedAt.set(app.appId, [...today, now()])
      stable.replace(app.appId, 0)
      return stable.issue(app.appId)
    },
    check(token) {
      if (!token) return 41001
      const appId = plain.check(token)
      return appId === 40001 ? stable.check(token) : appId
    },
  }
}
