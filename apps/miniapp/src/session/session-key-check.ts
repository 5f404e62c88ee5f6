import { asSessionEndingError } from './errors.ts'
import { getWechatCode } from './login-methods.ts'
import type { Platform } from './platform.ts'
import type { SessionStore } from './store.ts'
import { withTimeout } from './with-timeout.ts'

const checkTimeoutMs = 5_000
/** WeChat limits how often a phone may ask, and a key lives for days. */
const intervalMs = 10 * 60_000

type Options = {
  store: SessionStore
  platform: Platform
  now: () => number
  /** Sends the server a code whose session_key it stores: `PUT /v1/me/wechat-session`. */
  sendCode(code: string): Promise<void>
}

/**
 * Keeps the server's copy of WeChat's session_key usable, which decrypts WeChat's encrypted data. wx.checkSession
 * only tells whether that key is valid. It knows nothing about our tokens, so it never logs a user in or out.
 */
export function createSessionKeyCheck({ store, platform, now, sendCode }: Options): () => Promise<void> {
  let lastCheckMs = Number.NEGATIVE_INFINITY

  return async function checkSessionKey() {
    const started = store.session()
    if (started?.loginMethod !== 'wechat' || Math.abs(now() - lastCheckMs) < intervalMs) return
    lastCheckMs = now()
    const generation = store.generation()
    try {
      if (!started.sessionKeyStale && (await isKeyValid(platform))) return
      if (store.generation() !== generation) return
      markStale(true)
      const code = await getWechatCode(platform)
      if (store.generation() !== generation) return
      await sendCode(code)
      if (store.generation() === generation) markStale(false)
    } catch (error) {
      const endedBy = asSessionEndingError(error)
      // The code belongs to another WeChat user: this phone has changed hands.
      const isOtherUser = endedBy?.code === 'different_account'
      if (isOtherUser && store.generation() === generation) store.clear(endedBy)
      // After any other error the mark stays, and a later check tries again.
    }
  }

  /** While stale, wx.checkSession is about a key that the server does not have. */
  function markStale(sessionKeyStale: boolean): void {
    const session = store.session()
    if (session) store.update({ ...session, sessionKeyStale })
  }
}

const isKeyValid = (platform: Platform): Promise<boolean> =>
  withTimeout(platform.checkSession(), checkTimeoutMs, () => new Error('wx.checkSession timed out'))
