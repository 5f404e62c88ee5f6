import { createRequire } from 'node:module'
import postcss, { type ChildNode, type Declaration } from 'postcss'

type Entry = {
  version_added: string | false
  flags?: unknown
  prefix?: string
  alternative_name?: string
  partial_implementation?: true
}
type Compat = { __compat?: { support: Record<string, Entry | Entry[]> } } & { [name: string]: Compat }

/** MDN's table of what each browser knows since when; a file of JSON, which a module may not import everywhere. */
const { css } = createRequire(import.meta.url)('@mdn/browser-compat-data') as {
  css: Record<'at-rules' | 'properties' | 'selectors' | 'types', Compat>
}

/** MDN's names of the browsers in a browserslist. */
const browsers: Record<string, string> = { ios: 'safari_ios', chrome: 'chrome' }

/** Oldest versions by browser, of lines such as `ios >= 12`. */
function oldestVersions(browserslist: readonly string[]): [browser: string, version: number][] {
  return browserslist.map((line) => {
    const [, name = '', version] = /^(\w+) >= ([\d.]+)$/.exec(line) ?? []
    const browser = browsers[name]
    if (!browser) throw new Error(`only lines such as "ios >= 12" are understood, not "${line}"`)
    return [browser, Number(version)]
  })
}

/** The features that a browser of the list lacks, such as `gap`, `value anywhere`. */
export function unsupportedIn(styles: string, browserslist: readonly string[]): string[] {
  const oldest = oldestVersions(browserslist)
  const found = new Set<string>()
  const check = (name: string, compat: Compat | undefined) => {
    if (!compat?.__compat) found.add(`${name} (unknown)`)
    else if (!isSupported(compat.__compat.support, oldest)) found.add(name)
  }
  postcss.parse(styles).walk((node) => {
    if (node.type === 'decl') checkDeclaration(node, check)
    else if (node.type === 'rule') checkRule(node.selector, node, check)
    else if (node.type === 'atrule') checkAtRule(node.name, node.params, check)
  })
  return [...found].toSorted()
}

type Check = (name: string, compat: Compat | undefined) => void

function isSupported(support: Record<string, Entry | Entry[]>, oldest: [string, number][]): boolean {
  return oldest.every(([browser, version]) =>
    [support[browser] ?? []].flat().some(({ version_added: since, ...entry }) => {
      const isWhole =
        !entry.flags && !entry.prefix && !entry.alternative_name && !entry.partial_implementation
      return isWhole && since !== false && Number(since.replace('≤', '')) <= version
    }),
  )
}

function checkDeclaration(declaration: Declaration, check: Check): void {
  const { prop } = declaration
  const value = declaration.value.replace(/"[^"]*"|'[^']*'|url\([^)]*\)/g, '')
  if (prop.startsWith('--')) {
    checkFunctions(value, undefined, check)
    return
  }
  // Autoprefixer writes these beside what a newer browser knows.
  if (prop.startsWith('-') || value.startsWith('-webkit-')) return
  // A browser that does not know this value takes the one before.
  if (hasFallback(declaration)) return
  const compat = css.properties[prop]
  check(prop, compat)
  // Known to all as a property of grids, and to flex boxes much later.
  if (compat?.flex_context) check(`${prop} in a flex box`, compat.flex_context)
  for (const [word] of value.matchAll(/(?<![\w.#-])-?[a-z][\w-]*(?![\w-]*\()/g))
    if (compat?.[word]?.__compat) check(`${prop}: ${word}`, compat[word])
  for (const [, unit = ''] of value.matchAll(/(?<![\w#-])-?[\d.]+([a-z]+)/gi))
    if (!['px', 'em', 's', 'ms', 'deg', 'turn'].includes(unit))
      check(`unit ${unit}`, css.types.length?.[unit] ?? unitOf(unit))
  checkFunctions(value, compat, check)
}

/** MDN lists the units of the view by kind. */
const unitOf = (unit: string): Compat | undefined =>
  /^[dsl]v/.test(unit) ? css.types.length?.[`viewport_percentage_units_${kinds[unit.charAt(0)]}`] : undefined
const kinds: Record<string, string> = { d: 'dynamic', s: 'small', l: 'large' }

const hasFallback = (declaration: Declaration): boolean => {
  const before: ChildNode | undefined = declaration.prev()
  return before?.type === 'decl' && before.prop === declaration.prop
}

/** Older than any table. */
const oldFunctions = ['rgb', 'rgba', 'hsl', 'hsla', 'url', 'var', 'attr']

function checkFunctions(value: string, property: Compat | undefined, check: Check): void {
  for (const [, name = ''] of value.matchAll(/([a-z][\w-]*)\(/gi)) {
    if (oldFunctions.includes(name)) continue
    const inTypes =
      css.types[name] ?? Object.values<Record<string, unknown>>(css.types).find((type) => type[name])?.[name]
    check(`${name}()`, property?.[name]?.__compat ? property[name] : (inTypes as Compat | undefined))
  }
}

function checkRule(selector: string, rule: ChildNode, check: Check): void {
  const parent = rule.parent
  // `from` and `50%` of keyframes are no selectors.
  if (parent?.type === 'atrule' && 'name' in parent && String(parent.name).endsWith('keyframes')) return
  if (parent?.type === 'rule') check('nesting', css.selectors.nesting)
  for (const [, name = ''] of selector.matchAll(/::?([a-z][\w-]*)/g)) check(`:${name}`, css.selectors[name])
  if (/\s[is]\]/.test(selector)) check('attribute with a flag', css.selectors.attribute)
}

function checkAtRule(name: string, parameters: string, check: Check): void {
  if (name.startsWith('-')) return
  check(`@${name}`, css['at-rules'][name])
  if (name !== 'media') return
  for (const [, feature = ''] of parameters.matchAll(/\(\s*([a-z][\w-]*)/g)) {
    const plain = feature.replace(/^(min|max)-/, '')
    check(`media ${feature}`, css['at-rules'].media?.[feature] ?? css['at-rules'].media?.[plain])
  }
  if (/[<>=]/.test(parameters)) check('media range', css['at-rules'].media?.range_syntax)
}
