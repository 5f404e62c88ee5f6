import { readFileSync } from 'node:fs'

const packageFile = new URL('../package.json', import.meta.url)

/** The oldest phones that this mini program is drawn on. */
export const oldestPhones = (JSON.parse(readFileSync(packageFile, 'utf8')) as { browserslist: string[] })
  .browserslist

/** What only newer phones know, and why the others are fine without it. */
export const styledAnyway: Record<string, string> = {
  'media prefers-color-scheme': 'older phones have the light colours',
  'media prefers-reduced-motion': 'older phones move all the same',
}
