import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Key } from '../../config/keys.ts'

/** A device on which a user has logged in before. */
export type KnownDevice = {
  deviceId: string
  isOf(userId: string): boolean
}

/**
 * Identify a device that a user has logged in on. It has rate-limit counters of its own, so that failed attempts of others
 * cannot lock it out. A device token does not log in, and is not stored.
 */
export type DeviceTokens = {
  /** Returns the presented token if it is this user's, or a new one. */
  issue(userId: string, presented: string | undefined): string
  /** `null` for a token that we did not issue. */
  read(token: string): KnownDevice | null
}

/**
 * Device tokens are `user.device.mac`, where `user` is a keyed hash of the user's id.
 *
 * @param keys REFRESH_TOKEN_KEYS, from which other keys are derived. The first signs, all of them verify.
 */
export function createDeviceTokens(keys: [Key, ...Key[]]): DeviceTokens {
  const derived = keys.map(({ secret }) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'device token', 32)),
  ) as [Buffer, ...Buffer[]]
  const macOf = (key: Buffer, content: string) =>
    createHmac('sha256', key).update(content).digest('base64url')
  const userHash = (key: Buffer, userId: string) => macOf(key, `user ${userId}`).slice(0, 22)

  function read(token: string): KnownDevice | null {
    const [, content, user, deviceId, mac] = form.exec(token) ?? []
    if (!content || !user || !deviceId || !mac) return null
    const key = derived.find((candidate) => isEqual(macOf(candidate, `device ${content}`), mac))
    return key ? { deviceId, isOf: (userId) => isEqual(userHash(key, userId), user) } : null
  }

  return {
    read,
    issue(userId, presented) {
      if (presented !== undefined && read(presented)?.isOf(userId)) return presented
      const content = `${userHash(derived[0], userId)}.${randomBytes(16).toString('base64url')}`
      return `${content}.${macOf(derived[0], `device ${content}`)}`
    },
  }
}

const form = /^(([\w-]{22})\.([\w-]{22}))\.([\w-]{43})$/

const isEqual = (one: string, other: string) =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
