import type { Transport } from './http-client.ts'

/** What the session needs from the phone. `taro-adapter.ts` implements it. */
export type Platform = Transport & {
  /** wx.login. Rejects with a SessionError. May hang; the session has its own timeout. */
  login(options: { timeoutMs: number }): Promise<{ code?: string }>
  /** wx.checkSession: whether WeChat's session_key of the latest code is valid. May hang. */
  checkSession(): Promise<boolean>
  storage: PlatformStorage
}

/** The phone's key-value storage. Every function may throw: corrupt file, quota, no space. */
export type PlatformStorage = {
  read(key: string): unknown
  write(key: string, value: object): void
  remove(key: string): void
}
