import { describe, expect, it } from 'vitest'
import { createDeviceTokens } from '../../src/domain/sessions/device-tokens.ts'
import { createRefreshTokens } from '../../src/domain/sessions/refresh-tokens.ts'

const key = (id: string) => ({ id, secret: Buffer.alloc(32, id) })
const tokens = createDeviceTokens([key('a')])
const [userId, otherId] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002']

describe('device tokens', () => {
  it('belong to one user on one device', () => {
    const token = tokens.issue(userId, undefined)
    const device = tokens.read(token)
    expect([device?.isOf(userId), device?.isOf(otherId)]).toEqual([true, false])
    expect(token).not.toContain(userId)
    expect(tokens.read(tokens.issue(userId, undefined))?.deviceId).not.toBe(device?.deviceId)
  })

  it('stay when their user logs in again, and are replaced for another user', () => {
    const token = tokens.issue(userId, undefined)
    expect(tokens.issue(userId, token)).toBe(token)
    expect(tokens.read(tokens.issue(otherId, token))?.isOf(otherId)).toBe(true)
    expect(tokens.issue(userId, 'made up')).not.toBe('made up')
  })

  it('are verified under every key, and issued under the first', () => {
    const rotated = createDeviceTokens([key('b'), key('a')])
    expect(rotated.read(tokens.issue(userId, undefined))?.isOf(userId)).toBe(true)
    expect(tokens.read(rotated.issue(userId, undefined))).toBeNull()
  })

  it('are rejected when any part is changed, or when made from a refresh token', () => {
    const token = tokens.issue(userId, undefined)
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A'
      expect(tokens.read(token.slice(0, index) + other + token.slice(index + 1)), String(index)).toBeNull()
    }
    expect(tokens.read(`${token}A`)).toBeNull()
    const sessionId = userId
    expect(tokens.read(createRefreshTokens([key('a')]).issue({ sessionId, counter: 1 }))).toBeNull()
    expect(createRefreshTokens([key('a')]).read(token)).toBeNull()
  })
})
