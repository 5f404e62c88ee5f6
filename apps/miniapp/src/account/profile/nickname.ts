/** What the API would refuse in a nickname, as far as a phone can tell. */
export type NicknameFault = 'empty' | 'too_long'

export const maximumCharacters = 32

/** What is wrong with a nickname as it would be stored; `null`: nothing that is known here. */
export function faultOf(nickname: string): NicknameFault | null {
  const count = countCharacters(tidy(nickname))
  if (count === 0) return 'empty'
  return count > maximumCharacters ? 'too_long' : null
}

/** As the API stores it: without white space around it, in the normal form of Unicode. */
export const tidy = (nickname: string): string => nickname.normalize('NFC').trim()

/**
 * Characters as people count them, an emoji being one. A phone that cannot tell counts rather too few than too many: the
 * API has the last word.
 */
export function countCharacters(text: string): number {
  if (typeof Intl !== 'undefined' && 'Segmenter' in Intl) {
    return Array.from(new Intl.Segmenter().segment(text)).length
  }
  const parts = text.replace(attached, '').replace(flag, 'x').replace(scriptWithVowelSigns, 'x')
  return Array.from(parts).length
}

/** What belongs to the character before it: what a joiner joins, accents, keycaps, styles, variants, skin colours, tags. */
const attached =
  /\u200d.|\u200c|[\u0300-\u036f]|[\u20d0-\u20ff]|[\ufe00-\ufe0f]|[\u{1f3fb}-\u{1f3ff}]|[\u{e0020}-\u{e01ef}]/gu
/** Two letters of their own. */
const flag = /[\u{1f1e6}-\u{1f1ff}]{2}/gu
/** From Hebrew to Vedic: no short rule says what is one character there. */
const scriptWithVowelSigns = /[\u0590-\u1cff]+/g
