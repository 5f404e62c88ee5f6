import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The path of Chromium: `CHROMIUM_PATH`, else from the PATH, else from macOS's applications. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const onPath = names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)))
  return [...onPath, ...applications].find((path) => existsSync(path))
}

/**
 * For `describe.skipIf(lacksChromium())`: without a browser its tests are skipped with one line of advice.
 * In CI it throws instead.
 */
export function lacksChromium(): boolean {
  if (findChromium() !== undefined) return false
  const advice = 'Install Chromium or Google Chrome, or set CHROMIUM_PATH.'
  if (process.env.CI) throw new Error(`The tests of the preview need a browser. ${advice}`)
  console.warn(`\n  ! SKIPPED: no browser was found, so the browser tests do not run. ${advice}\n`)
  return true
}

/** Starts a headless Chromium without its background requests. Rejects if there is none. */
export const launchChromium = async (): Promise<Browser> => chromium.launch(launchOptions())

/**
 * The same for all tests of a run, since starting Chromium takes seconds. Each file connects to `wsEndpoint()`; closing a
 * connection closes only what that connection opened.
 */
export const launchChromiumServer = async (): Promise<BrowserServer> => chromium.launchServer(launchOptions())

export const connectToChromium = (wsEndpoint: string): Promise<Browser> => chromium.connect(wsEndpoint)

function launchOptions(): LaunchOptions {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('No Chromium was found; see lacksChromium().')
  const isRoot = process.getuid?.() === 0
  return {
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
  }
}
