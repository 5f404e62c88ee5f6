import { describe, expect, it } from 'vitest'
import { hiddenNames, writtenNames } from '../../../../packages/shared/test/nicknames.ts'
import { parseNickname, parseNicknameOrNull } from '../../src/domain/users/nickname.ts'

describe('validateNickname', () => {
  it.each(writtenNames)('accepts the nickname of %s unchanged', (_script, name) => {
    expect(parseNickname(name)).toBe(name.normalize('NFC'))
    expect(parseNickname(`小明 ${name} 小明`)).toBe(`小明 ${name.normalize('NFC')} 小明`)
  })

  it.each(hiddenNames)('rejects %s', (_what, name) => {
    for (const text of [`x${name}x`, `${name}x`, `x ${name}`]) {
      expect(() => parseNickname(text), JSON.stringify(text)).toThrow('invalid_request')
      expect(parseNicknameOrNull(text)).toBeNull()
    }
  })
})
