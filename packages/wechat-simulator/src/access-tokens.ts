import type { App } from './wechat-state.ts'

/** The tokens of `stable_token`, which servers present to WeChat. */
export type AccessTokens = {
  /** Normal mode: the same token and its remaining seconds, until it is swapped shortly before its end. */
  current(app: App): { token: string; remainingSeconds: number }
  /** Force mode: a new token, and all earlier ones are dead. 45009 when the day's tries are used up. */
  renew(app: App): { token: string; remainingSeconds: number } | 45009
  /** The AppID that a token stands for, or the errcode of the refusal. */
  check(token: string | null): string | 41001 | 40001 | 42001
}

const lifetimeMs = 7200_000
/** So long before its end a token is swapped for a new one; until then both work. */
const overlapMs = 300_000
const forceLimitPerDay = 20
const forceGapMs = 30_000
/** Tokens beyond this number are forgotten, the oldest first. */
const maximumTokens = 1000

export function createAccessTokens({
  now,
  randomBytes,
}: {
  now: () => number
  randomBytes: (size: number) => Buffer
}): AccessTokens {
  const tokens = new Map<string, { appId: string; endsAt: number }>()
  const newest = new Map<string, string>()
  const forcedAt = new Map<string, number[]>()

  function mint({ appId }: App): string {
    const token = `sim_${randomBytes(96).toString('base64url')}`
    tokens.set(token, { appId, endsAt: now() + lifetimeMs })
    newest.set(appId, token)
    const [oldest] = tokens.keys()
    if (tokens.size > maximumTokens && oldest !== undefined) tokens.delete(oldest)
    return token
  }

  const remainingMs = (token: string) => (tokens.get(token)?.endsAt ?? 0) - now()
  const withRemainingSeconds = (token: string) => ({
    token,
    remainingSeconds: Math.floor(remainingMs(token) / 1000),
  })

  function current(app: App) {
    const token = newest.get(app.appId)
    const stays = token !== undefined && remainingMs(token) > overlapMs
    return withRemainingSeconds(stays ? token : mint(app))
  }

  return {
    current,
    renew(app) {
      const today = (forcedAt.get(app.appId) ?? []).filter((time) => dayOf(time) === dayOf(now()))
      if (now() - (today.at(-1) ?? Number.NEGATIVE_INFINITY) < forceGapMs) return current(app)
      if (today.length >= forceLimitPerDay) return 45009
      forcedAt.set(app.appId, [...today, now()])
      for (const [token, { appId }] of tokens) if (appId === app.appId) tokens.delete(token)
      return withRemainingSeconds(mint(app))
    },
    check(token) {
      if (!token) return 41001
      const known = tokens.get(token)
      if (!known) return 40001
      return known.endsAt > now() ? known.appId : 42001
    },
  }
}

/** WeChat's days begin at midnight in China. */
const dayOf = (time: number) => Math.floor((time + 8 * 3600_000) / (24 * 3600_000))
