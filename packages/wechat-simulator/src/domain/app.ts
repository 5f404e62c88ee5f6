/** A mini program as it is registered with WeChat. */
export type App = {
  appId: string
  secret: string
  /** Apps with the same value belong to one Open Platform account and share unionids; absent: no unionid. */
  openPlatform?: string
  /** Message push, in safe mode when there is an `encodingAesKey`. Without a `url` nothing is pushed until one is set. */
  push?: PushSecrets & { url?: string }
}

/** What an app and WeChat share to verify each other's messages. */
export type PushSecrets = {
  token: string
  /** 43 characters of base64. Only safe mode has one. */
  encodingAesKey?: string | undefined
}

export const isEncodingAesKey = (key: string): boolean => /^[A-Za-z0-9]{43}$/.test(key)
