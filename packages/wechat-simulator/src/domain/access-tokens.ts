import type { App } from './app.ts'
import { dayOf } from './quotas.ts'
import { createTokenPool, type IssuedToken } from './token-pool.ts'

/** The access tokens of both kinds. */
export type AccessTokens = {
  /** `/cgi-bin/token`: a new token at each call; the previous one stays valid for five minutes. */
  issue(app: App): IssuedToken
  /** `/cgi-bin/stable_token`: the same token and its remaining seconds, until it is replaced shortly before it expires. */
  current(app: App): IssuedToken
  /** `force_refresh`: a new token that revokes all earlier stable ones. 45009 beyond the daily limit. */
  renew(app: App): IssuedToken | 45009
  /** The AppID that a token stands for, or the errcode. */
  check(token: string | null): string | 41001 | 40001 | 42001
}

/** A stable token is replaced so long before it expires; a replaced plain token stays valid so long. */
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
