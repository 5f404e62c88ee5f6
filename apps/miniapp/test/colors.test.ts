import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dangerColors } from '../src/lib/dialogs.ts'

const read = (path: string) => readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8')
const theme = JSON.parse(read('theme.json')) as Record<'light' | 'dark', Record<string, string>>

/** The tokens of app.css: the first block is the light mode, the second the dark one. */
const [light, dark] = [...read('app.css').matchAll(/page \{([^}]*)\}/g)].map(([, block = '']) =>
  Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  ),
)

/** WCAG 2: how much the lighter of two colours outshines the darker, from 1 to 21. */
function contrast(one = '', other = ''): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe.each([
  ['light', light, theme.light, '#ffffff'],
  ['dark', { ...light, ...dark }, theme.dark, '#2c2c2c'],
] as const)('colors in %s mode', (mode, tokens = {}, bars, modal) => {
  it.each([
    ['ink', 'page'],
    ['ink', 'surface'],
    ['ink-soft', 'page'],
    ['ink-soft', 'surface'],
    ['accent', 'surface'],
    ['accent', 'page'],
    ['accent', 'accent-soft'],
    ['accent', 'warning-soft'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-pressed'],
    ['on-brand', 'brand'],
    ['danger', 'surface'],
    ['surface', 'danger'],
    ['warning', 'warning-soft'],
    ['warning-soft', 'warning'],
  ])('have enough contrast: %s on %s', (ink, ground) => {
    expect(contrast(tokens[ink], tokens[ground])).toBeGreaterThanOrEqual(4.5)
  })

  it("have a danger color that is readable in WeChat's dialog too", () => {
    expect(dangerColors[mode]).toBe(tokens.danger)
    expect(contrast(dangerColors[mode], modal)).toBeGreaterThanOrEqual(4.5)
  })

  it('have a readable tab bar in the same colors as the pages', () => {
    expect(contrast(bars.tabBarText, bars.surface)).toBeGreaterThanOrEqual(4.5)
    expect(bars).toMatchObject({
      pageBackground: tokens.page,
      surface: tokens.surface,
      accent: tokens.accent,
    })
  })
})
