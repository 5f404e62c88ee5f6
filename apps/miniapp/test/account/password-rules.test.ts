import { api } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import {
  isNewPassword,
  isUsername,
  newPasswordLength,
  usernameLength,
  usernamePattern,
} from '../../src/account/lib/password-rules.ts'

type Bounds = { minLength: number; maxLength: number; pattern: string }
const { newPassword, username } = api['PUT /v1/me/password'].body.properties as unknown as Record<
  string,
  Bounds
>

describe('password rules', () => {
  it('equal the limits of the contract', () => {
    expect(newPasswordLength).toEqual({ min: newPassword?.minLength, max: newPassword?.maxLength })
    expect(usernameLength).toEqual({ min: username?.minLength, max: username?.maxLength })
    const spelledOut = usernamePattern.source.replace(/\\u([0-9a-f]{4})/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    expect(spelledOut).toBe(username?.pattern)
  })

  it.each([
    ['1234567', false],
    ['12345678', true],
    ['        ', true],
    ['密码密码密码密码', true],
    ['😀😀😀😀', false],
    ['😀'.repeat(128), true],
    ['a'.repeat(129), false],
  ])('accept %s as a password: %s', (typed, isTaken) => {
    expect(isNewPassword(typed)).toBe(isTaken)
  })

  it.each([
    ['ab', false],
    ['小明三', true],
    ['Ada_1.x-y', true],
    ['_ada', false],
    ['a da', false],
    ['ada@example', false],
    ['a'.repeat(33), false],
  ])('accept %s as a username: %s', (typed, isTaken) => {
    expect(isUsername(typed)).toBe(isTaken)
  })
})
