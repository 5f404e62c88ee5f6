import { describe, expect, it } from 'vitest'
import { isMinor, isYoungerThan } from '../../src/domain/users/age.ts'

const day = (text: string) => new Date(`${text}T00:00:00Z`)

describe('isYoungerThan', () => {
  it.each([
    ['the day before the birthday in Shanghai', '2026-05-16T15:59:59Z', true],
    ['the first second of the birthday in Shanghai', '2026-05-16T16:00:00Z', false],
    ['the day after', '2026-05-18T00:00:00Z', false],
  ])('decides by the calendar day of Shanghai on %s', (_, now, expected) => {
    expect(isYoungerThan(14, day('2012-05-17'), new Date(now))).toBe(expected)
  })

  it('reaches 29 February on 1 March when the year has no leap day', () => {
    expect(isYoungerThan(14, day('2012-02-29'), new Date('2026-02-28T12:00:00Z'))).toBe(true)
    expect(isYoungerThan(14, day('2012-02-29'), new Date('2026-02-28T16:00:00Z'))).toBe(false)
  })

  it('finds no user too young when the age is 0', () => {
    expect(isYoungerThan(0, day('2026-05-17'), new Date('2026-05-17T00:00:00Z'))).toBe(false)
  })
})

describe('isMinor', () => {
  it('is true under 18, and false without a birthday', () => {
    const now = new Date('2026-05-17T00:00:00Z')
    expect(isMinor(day('2008-05-18'), now)).toBe(true)
    expect(isMinor(day('2008-05-17'), now)).toBe(false)
    expect(isMinor(null, now)).toBe(false)
  })
})
