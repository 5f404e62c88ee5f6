import type { App } from './app.ts'
import type { User } from './users.ts'
import type { WechatState } from './wechat-state.ts'

/** The codes of the phone number button, separate from those of `wx.login`. */
export type PhoneCodes = {
  /** A new code for the number that the user has at the exchange. */
  issue(app: App, user: User): string
  /**
   * Uses up a code. 40029: unknown, used, expired, or of another user than the openid says; 40013: a code of another
   * app, which keeps working there.
   */
  exchange(appId: string, code: string, openid: string | undefined): PhoneGrant | 40029 | 40013
}

export type PhoneGrant = {
  user: User
  /** When the user tapped the button, in milliseconds since 1970. */
  tappedAt: number
}

/** WeChat's promise: a code works for five minutes. */
const lifetimeMs = 300_000
/** Codes beyond this number are dropped, the oldest first. */
const maximumCodes = 100_000

export function createPhoneCodes({
  state,
  randomBytes,
}: {
  state: WechatState
  randomBytes: (size: number) => Buffer
}): PhoneCodes {
  const codes = new Map<string, { app: App; user: User; tappedAt: number }>()

  return {
    issue(app, user) {
      const code = randomBytes(32).toString('hex')
      codes.set(code, { app, user, tappedAt: state.now() })
      const [oldest] = codes.keys()
      if (codes.size > maximumCodes && oldest !== undefined) codes.delete(oldest)
      state.visit(app, user)
      return code
    },
    exchange(appId, code, openid) {
      const known = codes.get(code)
      if (!known) return 40029
      if (known.app.appId !== appId) return 40013
      if (state.now() - known.tappedAt > lifetimeMs) return 40029
      if (openid !== undefined && openid !== state.openidOf(known.app, known.user)) return 40029
      codes.delete(code)
      return known
    },
  }
}
