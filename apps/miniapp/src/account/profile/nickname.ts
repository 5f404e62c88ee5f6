/** What the phone can check before the API does. */
export type NicknameError = 'empty' | 'too_long'

export const maxCharacters = 32

export function validateNickname(nickname: string): NicknameError | null {
  const count = countCharacters(normalizeNickname(nickname))
  if (count === 0) return 'empty'
  return count > maxCharacters ? 'too_long' : null
}

/** As the API stores it: trimmed and in Unicode's normal form. */
export const normalizeNickname = (nickname: string): string => nickname.normalize('NFC').trim()

/** Counts an emoji as one. Without `Intl` it rather counts too few than too many: the API decides. */
export function countCharacters(text: string): number {
  if (typeof Intl !== 'undefined' && 'Segmenter' in Intl) {
    return Array.from(new Intl.Segmenter().segment(text)).length
  }
  const characters = text.replace(attached, '').replace(flag, 'x').replace(scriptWithVowelSigns, 'x')
  return Array.from(characters).length
}

/** Belongs to the preceding character: joiners, accents, keycaps, variants, skin tones, tags. */
const attached =
  /\u200d.|\u200c|[\u0300-\u036f]|[\u20d0-\u20ff]|[\ufe00-\ufe0f]|[\u{1f3fb}-\u{1f3ff}]|[\u{e0020}-\u{e01ef}]/gu
/** Two regional indicators. */
const flag = /[\u{1f1e6}-\u{1f1ff}]{2}/gu
/** From Hebrew to Vedic, where no short rule tells characters apart. */
const scriptWithVowelSigns = /[\u0590-\u1cff]+/g
