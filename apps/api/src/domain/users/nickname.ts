import { createHash } from 'node:crypto'
import { ApiError } from '../../utils/api-error.ts'

const maximumCharacters = 32
/** The longest emoji has ten code points; a letter that carries more marks than that covers its neighbours. */
const maximumCodePointsPerCharacter = 12

/** WeChat's name for a user who has not given WeChat a nickname. */
export const wechatPlaceholderName = '微信用户'

/**
 * A nickname that a user typed, as it is stored: trimmed, in NFC.
 *
 * @returns `null` for WeChat's placeholder, which stands for no name.
 * @throws ApiError `invalid_request`.
 */
export function parseNickname(text: string): string | null {
  const nickname = normalize(text)
  if (nickname === wechatPlaceholderName) return null
  const issue = validateNickname(nickname)
  if (issue === null) return nickname
  throw new ApiError('invalid_request', { detail: `body/nickname ${issue}` })
}

/** The same for a name that the user did not type: `null` also for an invalid one. */
export function parseNicknameOrNull(text: string): string | null {
  const nickname = normalize(text)
  return nickname === wechatPlaceholderName || validateNickname(nickname) !== null ? null : nickname
}

const normalize = (text: string) => text.normalize('NFC').trim()

/** @returns what is wrong with the nickname, or `null`. */
function validateNickname(nickname: string): string | null {
  const characters = [...new Intl.Segmenter().segment(nickname)].map(({ segment }) => segment)
  if (characters.length === 0) return 'must not be empty'
  if (characters.length > maximumCharacters) return `must NOT have more than ${maximumCharacters} characters`
  if (characters.some((character) => [...character].length > maximumCodePointsPerCharacter))
    return 'must NOT pile marks upon a letter'
  const withoutEmoji = characters.map((character) => (isEmoji(character) ? ' ' : character)).join('')
  if (invisible.test(withoutEmoji.replace(invisibleOfScripts, '')))
    return 'must NOT have invisible characters, or characters that reorder the others'
  return null
}

const adjectives =
  '爱笑的 安静的 勤快的 温柔的 好奇的 勇敢的 机灵的 悠闲的 开朗的 认真的 淘气的 热心的 从容的 晒太阳的 赶早的 爱唱歌的'.split(
    ' ',
  )
const nouns = '小鹿 松鼠 海豚 云雀 白鹭 刺猬 熊猫 萤火虫 小象 猫头鹰 银杏 向日葵 蒲公英 麦穗 山茶 青竹'.split(
  ' ',
)

/** The nickname of a user who has chosen none, such as 爱笑的小鹿 4821: always the same for an id. */
export function defaultNickname(userId: string): string {
  const hash = createHash('sha256').update(`nickname ${userId}`).digest()
  const number = 1000 + (hash.readUInt32BE(2) % 9000)
  return `${adjectives[hash.readUInt8(0) % adjectives.length]}${nouns[hash.readUInt8(1) % nouns.length]} ${number}`
}

/** Whether the user has chosen the nickname. */
export const hasChosenNickname = ({ id, nickname }: { id: string; nickname: string | null }): boolean =>
  nickname !== null && nickname !== defaultNickname(id)

/** What other users can see of a nickname: the first grapheme, so that an emoji stays whole. */
export function maskNickname(nickname: string): string {
  const [first] = new Intl.Segmenter().segment(nickname)
  return `${first?.segment ?? ''}**`
}

/**
 * Controls, line ends, characters that change the direction or join without being visible, and the empty Braille
 * pattern. Emoji and some scripts need some of them.
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

// Invisible characters that change how a script looks, as RFC 5892 (appendix A) and the Unicode Standard allow them: one
// joiner or selector at a time, between or behind letters of that script.

/** Scripts in which a virama joins letters; a joiner behind it chooses how they are drawn. */
const viramas: Record<string, string> = {
  Devanagari: '\\u094d',
  Bengali: '\\u09cd',
  Gurmukhi: '\\u0a4d',
  Gujarati: '\\u0acd',
  Oriya: '\\u0b4d',
  Tamil: '\\u0bcd',
  Telugu: '\\u0c4d',
  Kannada: '\\u0ccd',
  Malayalam: '\\u0d4d',
  Sinhala: '\\u0dca',
}
/** Scripts whose letters join by themselves, which a non-joiner prevents. */
const cursive = ['Arabic', 'Syriac']

const letterOf = (script: string) => `(?=\\p{L})\\p{Script=${script}}`

/** What stays invisible without these hides something. */
const invisibleOfScripts = new RegExp(
  [
    ...Object.entries(viramas).map(
      ([script, virama]) => `(?<=${letterOf(script)}\\p{M}*${virama})[\\u200c\\u200d](?=${letterOf(script)})`,
    ),
    // Ra, whose form before a virama a joiner keeps.
    `(?<=\\u09b0)\\u200d(?=\\u09cd${letterOf('Bengali')})`,
    `(?<=\\u0cb0)\\u200d(?=\\u0ccd${letterOf('Kannada')})`,
    // Khmer: keeps a consonant shifter above the letter.
    `(?<=${letterOf('Khmer')}\\p{M}*[\\u17c9\\u17ca])\\u200c(?=(?=\\p{M})\\p{Script=Khmer})`,
    ...cursive.map((script) => `(?<=${letterOf(script)}\\p{M}*)\\u200c(?=${letterOf(script)})`),
    // Mongolian: one selector of a form behind a letter, and the separator before a last vowel.
    `(?<=${letterOf('Mongolian')})[\\u180b-\\u180d\\u180f]`,
    `(?<=${letterOf('Mongolian')}[\\u180b-\\u180d\\u180f]?)\\u180e(?=${letterOf('Mongolian')})`,
    // Han: one selector of a variant behind an ideograph; the last two of the short ones are for emoji.
    `(?<=\\p{Unified_Ideograph})[\\ufe00-\\ufe0d\\u{e0100}-\\u{e01ef}]`,
  ].join('|'),
  'gu',
)
