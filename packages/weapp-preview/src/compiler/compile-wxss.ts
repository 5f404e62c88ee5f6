import { convertUnits } from '../common/units.ts'

export type WxssSource = {
  text: string
  /** The class prefix of a component whose styles are its own; absent: the styles are those of the page. */
  scope: string | undefined
}

/** At-rules that contain rules. Every other block is a list of declarations, keyframes included. */
const grouping = /^@(media|supports|layer|container)\b/i

/** Translates WXSS (after its imports) to CSS: tags become our elements, `page` is the page's root, rpx a length. */
export function compileWxss({ text, scope }: WxssSource): string {
  return compileRules(removeComments(text), scope)
}

/** Replaces each `@import "…"` by what `read` returns for its address. */
export function inlineImports(text: string, read: (address: string) => string): string {
  const statement = /@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?\s*;?/g
  return removeComments(text).replace(statement, (_, address: string) => read(address))
}

function removeComments(text: string): string {
  return text.replace(/("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\*[\s\S]*?\*\//g, '$1')
}

function compileRules(text: string, scope: string | undefined): string {
  let css = ''
  for (let position = 0; position < text.length; ) {
    const end = indexOfAny(text, '{;', position)
    if (end === text.length) break
    const prelude = text.slice(position, end).trim()
    if (text[end] === ';') {
      if (!/^@charset/i.test(prelude)) css += `${prelude};`
      position = end + 1
      continue
    }
    const close = closingBrace(text, end)
    const content = text.slice(end + 1, close)
    css += grouping.test(prelude)
      ? `${prelude}{${compileRules(content, scope)}}`
      : `${prelude.startsWith('@') ? prelude : compileSelector(prelude, scope)}{${convertUnits(content)}}`
    position = close + 1
  }
  return css
}

/** Attributes and the arguments of `:nth-…()` look like tags and classes, but are none. */
const opaque = /(\[[^\]]*\]|:(?:nth-[\w-]+|lang|dir)\([^)]*\))/

function compileSelector(selector: string, scope: string | undefined): string {
  return selector
    .split(opaque)
    .map((text, index) => (index % 2 === 1 ? text : compileNames(text, scope)))
    .join('')
}

function compileNames(text: string, scope: string | undefined): string {
  const tagged = text.replace(/(^|[\s>+~,(])([a-z][\w-]*)/gi, '$1wx-$2')
  return scope === undefined ? tagged : tagged.replace(/\.([a-z_-][\w-]*)/gi, `.${scope}--$1`)
}

function closingBrace(text: string, open: number): number {
  for (
    let depth = 0, position = open;
    position < text.length;
    position = indexOfAny(text, '{}', position + 1)
  ) {
    depth += text[position] === '{' ? 1 : -1
    if (depth === 0) return position
  }
  return text.length
}

/** The first place of one of `characters` outside of texts and addresses, else the length. */
function indexOfAny(text: string, characters: string, start: number): number {
  for (let position = start; position < text.length; position += 1) {
    const character = text.charAt(position)
    if (characters.includes(character)) return position
    if (character === '"' || character === "'") position = endOf(text, character, position + 1)
    else if (text.startsWith('url(', position)) position = endOf(text, ')', position + 4)
    else if (character === '\\') position += 1
  }
  return text.length
}

function endOf(text: string, terminator: string, start: number): number {
  for (let position = start; position < text.length; position += 1) {
    if (text[position] === '\\') position += 1
    else if (text[position] === terminator) return position
  }
  return text.length
}
