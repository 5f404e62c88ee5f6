import { ApiError } from '../../utils/api-error.ts'
import { withoutInvisibleOfScripts } from './invisible-characters.ts'

const maximumCharacters = 32
/** The longest emoji has ten code points; a letter that carries more marks than that covers its neighbours. */
const maximumCodePointsPerCharacter = 12

/** What WeChat calls everybody who has not told it a name. */
export const anonymousNickname = '微信用户'

/**
 * A nickname that a person typed, as it is stored: without white space around it, in the normal form of Unicode.
 *
 * @returns `null` for what stands for no name at all.
 * @throws ApiError `invalid_request`.
 */
export function readNickname(text: string): string | null {
  const nickname = tidy(text)
  if (nickname === anonymousNickname) return null
  const fault = faultOf(nickname)
  if (fault === null) return nickname
  throw new ApiError('invalid_request', { detail: `body/nickname ${fault}` })
}

/** The same for a name that comes from elsewhere: `null` also for one that cannot be taken. */
export function normalizeNickname(text: string): string | null {
  const nickname = tidy(text)
  return nickname === anonymousNickname || faultOf(nickname) !== null ? null : nickname
}

const tidy = (text: string) => text.normalize('NFC').trim()

function faultOf(nickname: string): string | null {
  const characters = [...new Intl.Segmenter().segment(nickname)].map(({ segment }) => segment)
  if (characters.length === 0) return 'must not be empty'
  if (characters.length > maximumCharacters) return `must NOT have more than ${maximumCharacters} characters`
  if (characters.some((character) => [...character].length > maximumCodePointsPerCharacter))
    return 'must NOT pile marks upon a letter'
  const withoutEmoji = characters.map((character) => (isEmoji(character) ? ' ' : character)).join('')
  if (invisible.test(withoutInvisibleOfScripts(withoutEmoji)))
    return 'must NOT have characters that nobody can see, or that reorder the others'
  return null
}

/**
 * Control characters, line ends, what turns the direction of the text, joins or fills without being seen; and the empty
 * pattern of Braille. Emoji and some scripts need some of them.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u

/** One emoji in any of its forms: with a style, a skin colour, joined of several, a keycap, the flag of a region. */
function isEmoji(character: string): boolean {
  return keycap.test(character) || regionFlag.test(character) || joined.test(character)
}
const keycap = /^[\d#*]\ufe0f?\u20e3?$/
const regionFlag = /^\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}$/u
const joined =
  /^\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?(\u200d\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?)*$/u
