import type { PlatformStorage } from './platform.ts'
import { trySync } from './stored-session.ts'

/** Lets the API recognize this phone at the next login. It is not part of the session and outlives it. */
export type DeviceToken = {
  /** For the body of a login; empty before the first login. */
  forBody(): { deviceToken?: string }
  /** Stores the token of a login response. */
  store(deviceToken: unknown): void
  /** Removes the token after the account was deleted. */
  remove(): void
}

const key = 'device'

/** While the storage is full or broken, the token lives in memory and an older stored one stays. */
export function createDeviceToken(storage: PlatformStorage): DeviceToken {
  let body: { deviceToken?: string } | undefined

  /** Ignores a token beyond the contract's limit: the API would reject every login with it. */
  function set(deviceToken: unknown): void {
    if (typeof deviceToken === 'string' && /^.{1,256}$/.test(deviceToken)) body = { deviceToken }
  }

  function forBody(): { deviceToken?: string } {
    if (!body) {
      body = {}
      trySync(() => set((storage.read(key) as { deviceToken?: unknown }).deviceToken))
    }
    return body
  }

  return {
    forBody,
    store(deviceToken) {
      const before = forBody().deviceToken
      set(deviceToken)
      if (body?.deviceToken !== before) trySync(() => storage.write(key, forBody()))
    },
    remove() {
      body = {}
      trySync(() => storage.remove(key))
    },
  }
}
