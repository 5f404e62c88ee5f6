import { refusalOf } from './errors.ts'
import { wechatCode } from './login-methods.ts'
import type { Platform } from './platform.ts'
import type { SessionStore } from './store.ts'
import { withDeadline } from './with-timeout.ts'

const checkTimeoutMs = 5_000
/** WeChat limits how often a person's phone may ask, and a key lives for days. */
const intervalMs = 10 * 60_000

type Parts = {
  store: SessionStore
  platform: Platform
  now: () => number
  /** Hands the server a code for the session_key behind it: `PUT /v1/me/wechat-session`. */
  sendCode(code: string): Promise<void>
}

/**
 * Keeps the server's copy of WeChat's session_key usable, which it needs to decrypt what WeChat encrypts for it.
 *
 * wx.checkSession says one thing: whether that key, as of the latest wx.login, is alive. It knows nothing of our
 * tokens, of a logout or of a ban, so it neither logs anybody in nor out; half the tutorials get this wrong. When
 * the key is dead, a new code renews it in the background and the session goes on as before. The one exception is
 * not its doing: if the API finds another person behind that code, this phone has changed hands.
 */
export function createWechatKeyCheck({ store, platform, now, sendCode }: Parts): () => Promise<void> {
  let lastCheckMs = Number.NEGATIVE_INFINITY

  return async function checkWechatKey() {
    const started = store.session()
    if (started?.begunBy !== 'wechat' || Math.abs(now() - lastCheckMs) < intervalMs) return
    lastCheckMs = now()
    const generation = store.generation()
    try {
      if (!started.wechatKeyIsStale && (await isKeyAlive(platform))) return
      if (store.generation() !== generation) return
      markKey(true)
      const code = await wechatCode(platform)
      if (store.generation() !== generation) return
      await sendCode(code)
      if (store.generation() === generation) markKey(false)
    } catch (error) {
      const refusal = refusalOf(error)
      const isSomebodyElse = refusal?.code === 'different_account'
      if (isSomebodyElse && store.generation() === generation) store.end(refusal)
      // Otherwise nobody is waiting for this: the mark stays, and a later check tries again.
    }
  }

  /** From here on wx.checkSession speaks of a key that the server does not have, so its word is not enough. */
  function markKey(wechatKeyIsStale: boolean): void {
    const session = store.session()
    if (session) store.keep({ ...session, wechatKeyIsStale })
  }
}

/** No answer is no bad news. */
const isKeyAlive = (platform: Platform): Promise<boolean> =>
  withDeadline(platform.checkSession(), checkTimeoutMs, () => new Error('wx.checkSession did not answer'))
