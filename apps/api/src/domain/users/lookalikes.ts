/**
 * A text in which characters that look alike are the same: without case, width, accents and invisible characters. Only for
 * comparing.
 */
export function foldLookalikes(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(enclosedLetters, latinOfEnclosed)
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
  return Array.from(plain, (character) => lookalikes.get(character) ?? character).join('')
}

/** Letters in a circle, a square or of a flag that NFKD does not know. */
const enclosedLetters = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu
const firstEnclosed = [0x1f1e6, 0x1f170, 0x1f150]

function latinOfEnclosed(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const first = firstEnclosed.find((start) => code >= start) ?? code
  return String.fromCodePoint(0x61 + code - first)
}

/** Each list begins with the character that stands for the others. */
const groups = [
  // Digits and signs that are written for letters. The letters i and l look alike, too.
  ...['i1l|!', 'o0', 'e3', 'a4@', 's5$', 't7', 'b8'],
  // Cyrillic and Armenian.
  ...[
    'aа',
    'bвь',
    'cс',
    'dԁ',
    'eеё',
    'hһн',
    'iіӏ',
    'jј',
    'kк',
    'mм',
    'nո',
    'oоօ',
    'pр',
    'qԛ',
    'sѕ',
    'tт',
    'uս',
    'wԝ',
    'xх',
    'yу',
  ],
  // Greek.
  ...['aα', 'bβ', 'cϲ', 'eε', 'iι', 'kκ', 'nη', 'oοσ', 'pρ', 'tτ', 'uυ', 'vν', 'wω', 'xχ', 'yγ'],
  // Latin letters that Unicode does not reduce: small capitals, without a dot, with a stroke, in a script.
  ...[
    'aᴀɑ',
    'bʙ',
    'cᴄ',
    'dᴅđ',
    'eᴇ',
    'fꜰƒ',
    'gɢɡ',
    'hʜħ',
    'iɪıʟłɩ',
    'jᴊȷ',
    'kᴋ',
    'mᴍ',
    'nɴŋ',
    'oᴏø',
    'pᴘ',
    'rʀ',
    'sꜱ',
    'tᴛŧ',
    'uᴜ',
    'vᴠ',
    'wᴡ',
    'yʏ',
    'zᴢ',
  ],
  // Traditional characters, and variants.
  ...[
    '员員',
    '统統',
    '务務',
    '运運',
    '营營',
    '团團',
    '队隊',
    '讯訊',
    '户戶',
    '经經',
    '应應',
    '专專',
    '级級',
    '号號',
  ],
]

const lookalikes = new Map<string, string>()
for (const [stands = '', ...others] of groups.map((group) => Array.from(group)))
  for (const other of others) lookalikes.set(other, lookalikes.get(stands) ?? stands)
