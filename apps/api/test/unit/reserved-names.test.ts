import { describe, expect, it } from 'vitest'
import { defaultNickname } from '../../src/domain/users/nickname.ts'
import { createReservedNames } from '../../src/domain/users/reserved-names.ts'

const { isReserved } = createReservedNames({ reservedNames: ['栖木', 'Qi Mu', '城市管家'] })

describe('a name is reserved', () => {
  it.each([
    ['as it stands', '官方'],
    ['inside another', '小明官方客服'],
    ['with spaces', '官 方'],
    ['with a full-width space and signs', '官　-·方'],
    ['with an invisible character', '客\u2060服'],
    ['in traditional characters', '管理員'],
    ['in upper case', 'ADMIN'],
    ['full-width', 'ａｄｍｉｎ'],
    ['spelled out', 'a d m i n'],
    ['with dots', 'A.d.m.i.n'],
    ['as one of several words', 'The Official Page'],
    ['beside Chinese', '小明admin'],
    ['with digits behind', 'admin2026'],
    ['with digits for letters', '0ff1c1al'],
    ['with digits for letters and behind', '4dm1n99'],
    ['with a sign behind', 'admin!'],
    ['with Cyrillic letters', 'аdmіn'],
    ['with Greek letters', 'αdmιn'],
    ['with accents', 'ádmïn'],
    ['in small capitals', 'ᴀᴅᴍɪɴ'],
    ['in mathematical letters', '𝐚𝐝𝐦𝐢𝐧'],
    ['in circles', 'ⓐⓓⓜⓘⓝ'],
    ['in squares', '🅰🅳🅼🅸🅽'],
    ['in the letters of flags', '🇦🇩🇲🇮🇳'],
    ['with an L for an I', 'Officlal'],
    ['as two words that are reserved as one', 'Customer  Service'],
    ['the brand', '栖木小助手'],
    ['the brand in letters, in one', 'qimu'],
    ['the brand in letters, apart', 'QI-MU 01'],
    ['a configured name', '杭州城市管家'],
    ['the system', '系统'],
  ])('%s: %s', (_how, name) => expect(isReserved(name)).toBe(true))

  it.each([
    '小明',
    'Badminton',
    'Systematic',
    '生态系统爱好者',
    'Ada',
    'unofficially',
    '木栖',
    '管理学',
    '🙂',
    '123',
  ])('not %s', (name) => expect(isReserved(name)).toBe(false))

  it('never when it is a generated one', () => {
    for (let index = 0; index < 2000; index += 1)
      expect(isReserved(defaultNickname(`user ${index}`))).toBe(false)
  })
})
