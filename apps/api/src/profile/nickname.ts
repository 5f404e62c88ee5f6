const maximumLetters = 32
/** Control characters, halves of surrogate pairs, and what turns around the direction of what follows. */
const unwanted = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** A nickname as it is kept: trimmed, 1 to 32 letters as people count them, emoji whole. `null` when it is none. */
export function normalizeNickname(text: string): string | null {
  const nickname = text.trim()
  if (nickname === '' || unwanted.test(nickname)) return null
  const letters = [...new Intl.Segmenter().segment(nickname)].length
  return letters <= maximumLetters ? nickname : null
}
