import type { PlatformStorage } from './platform.ts'

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

/** The contract's limit: a longer one would have every login rejected. */
const maxLength = 256

/** Where the storage is full or broken, the token lives on in memory, and an older stored one stays. */
export function createDeviceToken(storage: PlatformStorage): DeviceToken {
  let current: string | null | undefined

  function read(): string | null {
    try {
      return tokenOf((storage.read(key) as { deviceToken?: unknown } | undefined)?.deviceToken)
    } catch {
      return null
    }
  }

  return {
    forBody() {
      if (current === undefined) current = read()
      return current === null ? {} : { deviceToken: current }
    },
    store(answered) {
      const deviceToken = tokenOf(answered)
      if (deviceToken === null || deviceToken === current) return
      current = deviceToken
      try {
        storage.write(key, { deviceToken })
      } catch {}
    },
    remove() {
      current = null
      try {
        storage.remove(key)
      } catch {}
    },
  }
}

const tokenOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= maxLength ? value : null
