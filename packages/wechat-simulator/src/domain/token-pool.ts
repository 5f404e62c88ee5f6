/** Tokens of one kind: those of `/cgi-bin/token` and `/cgi-bin/stable_token` are independent. */
export type TokenPool = {
  issue(appId: string): IssuedToken
  /** The latest token of an app with its remaining seconds; `undefined` when it ends within `marginMs`. */
  latest(appId: string, marginMs: number): IssuedToken | undefined
  /** Limits the remaining life of an app's tokens; 0 revokes them at once. */
  replace(appId: string, changeOverMs: number): void
  /** The AppID that a token stands for; 42001: expired; 40001: replaced or unknown. */
  check(token: string): string | 40001 | 42001
}

export type IssuedToken = { token: string; remainingSeconds: number }

const lifetimeMs = 7200_000
/** Tokens beyond this number are dropped, the oldest first. */
const maximumTokens = 1000

type Known = { appId: string; endsAt: number; replacedAt: number }

export function createTokenPool({
  now,
  randomBytes,
}: {
  now: () => number
  randomBytes: (size: number) => Buffer
}): TokenPool {
  const tokens = new Map<string, Known>()
  const newest = new Map<string, string>()

  return {
    issue(appId) {
      const token = `sim_${randomBytes(96).toString('base64url')}`
      tokens.set(token, { appId, endsAt: now() + lifetimeMs, replacedAt: Number.POSITIVE_INFINITY })
      newest.set(appId, token)
      const [oldest] = tokens.keys()
      if (tokens.size > maximumTokens && oldest !== undefined) tokens.delete(oldest)
      return { token, remainingSeconds: lifetimeMs / 1000 }
    },
    latest(appId, marginMs) {
      const token = newest.get(appId)
      const remainingMs = (tokens.get(token ?? '')?.endsAt ?? 0) - now()
      if (token === undefined || remainingMs <= marginMs) return undefined
      return { token, remainingSeconds: Math.floor(remainingMs / 1000) }
    },
    replace(appId, changeOverMs) {
      for (const known of tokens.values()) {
        if (known.appId === appId) known.replacedAt = Math.min(known.replacedAt, now() + changeOverMs)
      }
    },
    check(token) {
      const known = tokens.get(token)
      if (!known || known.replacedAt <= now()) return 40001
      return known.endsAt > now() ? known.appId : 42001
    },
  }
}
