import { describe, expect, it } from 'vitest'
import { phoneOpenType } from '../config/phone-button.ts'

describe('phoneOpenType', () => {
  it.each([
    [undefined, 'getPhoneNumber'],
    ['', 'getPhoneNumber'],
    ['quick', 'getPhoneNumber'],
    ['realtime', 'getRealtimePhoneNumber'],
  ])('for PHONE_BUTTON=%s is %s', (value, openType) => {
    expect(phoneOpenType(value)).toBe(openType)
  })

  it('rejects an unknown kind', () => {
    expect(() => phoneOpenType('sms')).toThrow(/PHONE_BUTTON.*quick or realtime/)
  })
})
