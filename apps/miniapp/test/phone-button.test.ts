import { describe, expect, it } from 'vitest'
import { phoneHasOwnPage, phoneOpenType } from '../config/phone-button.ts'

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

describe('phoneHasOwnPage', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['login', false],
    ['page', true],
  ])('for PHONE_BUTTON_PLACE=%s is %s', (place, hasOwnPage) => {
    expect(phoneHasOwnPage(place)).toBe(hasOwnPage)
  })

  it('rejects an unknown place', () => {
    expect(() => phoneHasOwnPage('sheet')).toThrow(/PHONE_BUTTON_PLACE.*login or page/)
  })
})
