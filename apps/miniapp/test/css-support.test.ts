import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { oldestPhones, styledAnyway } from './css-exceptions.ts'
import { unsupportedIn } from './css-support.ts'

const source = new URL('../src/', import.meta.url)

// The build adds `-webkit-sticky`; see `bundle-styles.test.ts`.
it('the style sheets use only CSS that the oldest phones of the browserslist support', () => {
  const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.css'),
  )
  expect(paths.length).toBeGreaterThan(20)
  const unsupported = paths.flatMap((path) =>
    unsupportedIn(readFileSync(new URL(path, source), 'utf8'), oldestPhones).map(
      (what) => `${path}: ${what}`,
    ),
  )
  const accepted = [...Object.keys(styledAnyway), 'position: sticky']
  expect(unsupported.filter((found) => !accepted.some((what) => found.endsWith(`: ${what}`)))).toEqual([])
})

it.each([
  ['.a { display: flex; gap: 8px }', 'gap in a flex box'],
  ['.a { display: flex; column-gap: 8px }', 'column-gap in a flex box'],
  ['.a { inset: 0 }', 'inset'],
  ['.a { aspect-ratio: 1 / 2 }', 'aspect-ratio'],
  ['.a { overflow-wrap: anywhere }', 'overflow-wrap: anywhere'],
  ['.a { margin-inline-start: 8px }', 'margin-inline-start'],
  ['.a { padding-block: 8px }', 'padding-block'],
  ['.a { min-height: 100dvh }', 'unit dvh'],
  ['.a { width: min(100%, 20px) }', 'min()'],
  ['.a { width: clamp(1px, 2px, 3px) }', 'clamp()'],
  ['.a { color: color-mix(in srgb, red, blue) }', 'color-mix()'],
  ['.a { --b: color-mix(in srgb, red, blue) }', 'color-mix()'],
  ['.a:is(.b, .c) { color: red }', ':is'],
  ['.a:has(.b) { color: red }', ':has'],
  ['.a:focus-visible { color: red }', ':focus-visible'],
  ['.a { .b { color: red } }', 'nesting'],
  ['@container (width > 1px) { .a { color: red } }', '@container'],
  ['@layer a { .a { color: red } }', '@layer'],
  ['@media (width >= 300px) { .a { color: red } }', 'media range'],
  ['.a { text-wrap: balance }', 'text-wrap'],
  ['.a { accent-color: red }', 'accent-color'],
  ['.a { new-thing: 1 }', 'new-thing (unknown)'],
])('unsupportedIn finds in %s: %s', (styles, what) => {
  expect(unsupportedIn(styles, oldestPhones)).toContain(what)
})

it.each([
  '.a { display: flex; justify-content: space-between; padding: calc(1px + env(safe-area-inset-bottom)) }',
  '.a:not(:last-child)::after { content: "min(1dvh)"; transform: rotate(45deg) translateX(2px) }',
  '.a { min-height: 100%; min-height: 100dvh }',
  '@keyframes a { from { opacity: 0 } 50% { opacity: 1 } }',
])('unsupportedIn accepts %s', (styles) => {
  expect(unsupportedIn(styles, oldestPhones)).toEqual([])
})
