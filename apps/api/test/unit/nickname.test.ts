import { describe, expect, it } from 'vitest'
import { hiddenNames, writtenNames } from '../../../../packages/shared/test/nicknames.ts'
import { parseNickname, parseNicknameOrNull } from '../../src/domain/users/nickname.ts'

describe('a nickname', () => {
  it.each(writtenNames)('is taken in %s, as it was written', (_script, name) => {
    expect(parseNickname(name)).toBe(name.normalize('NFC'))
    expect(parseNickname(`小明 ${name} 小明`)).toBe(`小明 ${name.normalize('NFC')} 小明`)
  })

  it.each(hiddenNames)('is rejected with %s', (_what, name) => {
    for (const text of [`x${name}x`, `${name}x`, `x ${name}`]) {
      expect(() => parseNickname(text), JSON.stringify(text)).toThrow('invalid_request')
      expect(parseNicknameOrNull(text)).toBeNull()
    }
  })
})
