import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

// Tests alone use this module; it is the one that knows where a browser is and whether to insist on it.
// biome-ignore lint/style/noProcessEnv: see above
const environment = process.env

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of a Chromium: `CHROMIUM_PATH`, else one on the PATH, else one among macOS's applications. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = environment
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const onPath = names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)))
  return [...onPath, ...applications].find((path) => existsSync(path))
}

/**
 * For `describe.skipIf(lacksChromium())`: where there is no browser its tests are skipped, and one line says so.
 * In CI nothing is skipped: there it throws.
 */
export function lacksChromium(): boolean {
  if (findChromium() !== undefined) return false
  const advice = 'Install Chromium or Google Chrome, or set CHROMIUM_PATH.'
  if (environment.CI) throw new Error(`No browser for the tests of the preview. ${advice}`)
  console.warn(`\n  ! SKIPPED: no browser was found, so nothing that a person sees is tested. ${advice}\n`)
  return true
}

/** Starts a Chromium without a window that stays off the network by itself. Throws where there is none. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('No Chromium was found; see lacksChromium().')
  const isRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath,
    args: [
      // Chromium's sandbox does not work for uid 0.
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
    ],
  })
}
