import type { PlatformStorage } from './platform.ts'
import { tryTo } from './stored-session.ts'

/** The device token, by which the API knows this phone at the next login. It is no part of the session and outlives it. */
export type DeviceToken = {
  /** For the body of a login; empty before the first one. */
  forBody(): { deviceToken?: string }
  /** Stores what a login answered. */
  store(deviceToken: unknown): void
  /** For an account that was deleted. */
  remove(): void
}

const key = 'device'

/** Where the storage is full or broken, the token lives on in memory, and an older stored one stays. */
export function createDeviceToken(storage: PlatformStorage): DeviceToken {
  let body: { deviceToken?: string } | undefined

  /** The contract's limit is kept: a longer token would have every login rejected. */
  function take(deviceToken: unknown): void {
    if (typeof deviceToken === 'string' && /^.{1,256}$/.test(deviceToken)) body = { deviceToken }
  }

  function forBody(): { deviceToken?: string } {
    if (!body) {
      body = {}
      tryTo(() => take((storage.read(key) as { deviceToken?: unknown }).deviceToken))
    }
    return body
  }

  return {
    forBody,
    store(deviceToken) {
      const before = forBody().deviceToken
      take(deviceToken)
      if (body?.deviceToken !== before) tryTo(() => storage.write(key, forBody()))
    },
    remove() {
      body = {}
      tryTo(() => storage.remove(key))
    },
  }
}
