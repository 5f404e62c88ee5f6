import { afterEach, describe, expect, it, vi } from 'vitest'
import { writtenNames } from '../../../../packages/shared/test/nicknames.ts'
import { countCharacters, validateNickname } from '../../src/account/profile/nickname.ts'

afterEach(() => vi.unstubAllGlobals())

const family = '👨‍👩‍👧‍👦'
const texts: [string, number][] = [
  ['栖木', 2],
  ['Ada', 3],
  ['e\u0301', 1],
  [family, 1],
  ['👍🏽', 1],
  ['🇨🇳🇫🇷', 2],
  ['1️⃣', 1],
  ['❤️', 1],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', 1],
]

describe('nickname', () => {
  it.each(texts)('%s is counted as users count it, with and without Intl', (text, count) => {
    expect(countCharacters(text)).toBe(count)
    vi.stubGlobal('Intl', undefined)
    expect(countCharacters(text)).toBe(count)
  })

  it('is never rejected by a count that the phone cannot make', () => {
    const tamil = 'நி'.repeat(32)
    expect(validateNickname(tamil)).toBeNull()
    vi.stubGlobal('Intl', {})
    expect(validateNickname(tamil)).toBeNull()
  })

  it.each(writtenNames)('is accepted in %s like the API does, with and without Intl', (_script, name) => {
    const count = countCharacters(name)
    const longest = name.repeat(Math.floor(32 / count))
    expect(validateNickname(longest)).toBeNull()
    vi.stubGlobal('Intl', undefined)
    expect(validateNickname(longest)).toBeNull()
  })

  it('has 1 to 32 characters without surrounding white space', () => {
    expect(validateNickname('')).toBe('empty')
    expect(validateNickname(' \u3000\n')).toBe('empty')
    expect(validateNickname(` ${family.repeat(32)} `)).toBeNull()
    expect(validateNickname(family.repeat(33))).toBe('too_long')
    expect(validateNickname('木'.repeat(33))).toBe('too_long')
  })
})
