/**
 * What scripts write with characters that cannot be seen, each only where it changes how its neighbours look: one joiner or
 * selector at a time, between or behind letters of that script. Follows RFC 5892, appendix A, and the Unicode Standard.
 */

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

/** The text without what its scripts need: all that is left of invisible characters hides something. */
export const withoutInvisibleOfScripts = (text: string): string => text.replace(invisibleOfScripts, '')
