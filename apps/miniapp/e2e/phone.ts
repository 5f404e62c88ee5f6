import {
  type ApiProcess,
  freePort,
  highLimits,
  nodeCommand,
  startApiProcess,
  temporaryDatabase,
  testKeys,
} from '@repo/api/testing'
import type { LoginResult } from '@repo/shared'
import { connectToChromium } from '@repo/tooling/chromium'
import type {} from '@repo/tooling/chromium-for-tests'
import { startPreview } from '@repo/weapp-preview'
import { startWechatSimulator, type UserOptions } from '@repo/wechat-simulator'
import type { Browser, Page } from 'playwright-core'
import { inject } from 'vitest'
import { currentConsent } from '../src/account/lib/consent.ts'
import { bundledApis } from '../test/bundle-environment.ts'
import { zh } from './strings.ts'

const appId = 'touristappid'
/** What the bundle calls in DevTools and in the preview, which leads it to the real API. */
const bundledApi = bundledApis.develop

export type E2eOptions = {
  /** WeChat users; absent: the simulator's own. */
  users?: readonly UserOptions[]
  /** Whether pages move when they open and close, which takes half a second each. */
  hasMotion?: boolean
}

/** The simulator, the API on its own database, and a browser. */
export type E2eEnvironment = {
  api(): ApiProcess
  /** Kills the API and restarts it on the same data. */
  restartApi(variables?: Record<string, string>): Promise<void>
  stopApi(): Promise<void>
  /** Runs the `grant-admin` command. */
  grantAdmin(userId: string): Promise<void>
  /** Makes WeChat's code2Session fail; `null` ends it. */
  setFault(fault: string | null): Promise<void>
  /** Logs a WeChat user in on another device. Shows what the API has stored. */
  logInElsewhere(user: string): Promise<LoginResult & { user: { nickname: string } }>
  openPhone(options?: PhoneOptions, size?: ScreenSize): Promise<Phone>
  closePhones(): Promise<void>
  /** Calls the simulator's control API, such as `POST phone-code`; see its README. */
  simulate(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown>
  close(): Promise<void>
}

/** The preview's settings, which it reads from its URL. */
export type PhoneOptions = {
  /** The id of a WeChat user. */
  user?: string
  theme?: 'light' | 'dark'
  language?: 'zh_CN' | 'en'
  textSize?: 'large' | 'largest'
  login?: 'fail' | 'hang' | 'no-code'
  network?: 'wifi' | 'none' | '2g'
  /** The errno of the phone button. `denial`: the wording of the user's denial. */
  phoneNumber?: '1400001' | '1421102' | '102' | '104' | '112'
  denial?: 'ios' | 'android' | 'old'
  privacy?: 'agreed' | 'undeclared' | 'declared'
  review?: 'reject' | 'timeout'
  update?: 'ready' | 'failed'
  /** The launch page. */
  path?: string
}

/** In CSS pixels. */
export type ScreenSize = { width: number; height: number }

export type Phone = {
  page: Page
  /** The mini program's API requests, such as `POST /v1/auth/login`. */
  requests: string[]
  /** Restarts the mini program. */
  reopen(options?: PhoneOptions): Promise<void>
  /** Changes settings while the mini program runs, except those of `openPhone`. */
  change(options: PhoneOptions): Promise<void>
  /** The page stack; the visible page is last. */
  routes(): Promise<string[]>
  see(text: string | RegExp): Promise<void>
  tap(text: string): Promise<void>
  close(): Promise<void>
}

export async function startE2eEnvironment({
  users,
  hasMotion = false,
}: E2eOptions = {}): Promise<E2eEnvironment> {
  const apiPort = await freePort()
  const simulator = await startWechatSimulator({
    ...(users && { users }),
    apps: [{ appId, secret: '0'.repeat(32) }],
  })
  const preview = await startPreview({
    dist: inject('bundleFolder'),
    appId,
    origins: { [bundledApi]: `http://127.0.0.1:${apiPort}` },
    simulatorUrl: simulator.url,
  })
  const data = await temporaryDatabase()
  const variables = {
    ...testKeys(),
    ...highLimits,
    NODE_ENV: 'test',
    PORT: String(apiPort),
    PUBLIC_URL: bundledApi,
    WECHAT_API_URL: simulator.url,
    WECHAT_APPS: JSON.stringify([{ appId, secret: '0'.repeat(32) }]),
    DATABASE_URL: data.url,
  }
  let api = await startApiProcess(variables)
  await api.ready()
  const browser = await connectToChromium(inject('chromium'))
  const pages = reusePages(browser, hasMotion)

  async function stopApi() {
    api.child.kill('SIGKILL')
    await api.ended
  }

  async function send(method: string, url: string, body?: object): Promise<unknown> {
    const json = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const text = await (await fetch(url, { method, ...json })).text()
    return text === '' ? undefined : JSON.parse(text)
  }
  const simulate: E2eEnvironment['simulate'] = (method, path, body) =>
    send(method, `${simulator.url}/__simulator/${path}`, body)

  return {
    api: () => api,
    async restartApi(more = {}) {
      await stopApi()
      api = await startApiProcess({ ...variables, ...more })
      await api.ready()
    },
    stopApi,
    async grantAdmin(userId) {
      // The embedded database allows one process at a time.
      await stopApi()
      const command = [...nodeCommand('grant-admin'), userId]
      const { ended, output } = await startApiProcess(variables, { command })
      if ((await ended) !== 0) throw new Error(output())
      api = await startApiProcess(variables)
      await api.ready()
    },
    async setFault(fault) {
      await (fault === null ? simulate('DELETE', 'fault') : simulate('PUT', 'fault', { fault }))
    },
    async logInElsewhere(user) {
      const { code } = (await simulate('POST', 'login', { appId, person: user })) as { code: string }
      return (await send('POST', `${api.url}/v1/auth/login`, {
        consent: currentConsent(),
        code,
      })) as LoginResult & { user: { nickname: string } }
    },
    openPhone: (options, size) => openPhone(pages, preview.url, options, size),
    closePhones: () => pages.releaseAll(),
    simulate,
    async close() {
      await browser.close()
      await stopApi()
      await preview.close()
      await simulator.close()
      await data.remove()
    },
  }
}

type ReusablePages = {
  take(): Promise<Page>
  release(page: Page): Promise<void>
  releaseAll(): Promise<void>
}

/** Pages without anything of an earlier test. A new one costs four seconds of a core, a reused one less than one. */
function reusePages(browser: Browser, hasMotion: boolean): ReusablePages {
  const settings = { locale: 'zh-CN', reducedMotion: hasMotion ? 'no-preference' : 'reduce' } as const
  const idle: Page[] = []
  const taken = new Set<Page>()

  async function release(page: Page): Promise<void> {
    if (!taken.delete(page) || page.isClosed()) return
    page.removeAllListeners()
    await page.unrouteAll()
    // The mini program's own code must not store anything between the two.
    const { origin } = new URL(page.url())
    await page.goto('about:blank')
    const devTools = await page.context().newCDPSession(page)
    await devTools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
    await devTools.detach()
    idle.push(page)
  }

  return {
    async take() {
      const page = idle.pop() ?? (await (await browser.newContext(settings)).newPage())
      taken.add(page)
      return page
    },
    release,
    releaseAll: async () => void (await Promise.all([...taken].map(release))),
  }
}

async function openPhone(
  pages: ReusablePages,
  previewUrl: string,
  options: PhoneOptions = {},
  size: ScreenSize = { width: 375, height: 812 },
): Promise<Phone> {
  const page = await pages.take()
  await page.setViewportSize(size)
  page.setDefaultTimeout(30_000)
  const requests: string[] = []
  page.on('request', (request) => {
    if (!request.url().endsWith('/__preview/request')) return
    const { method, url } = request.postDataJSON() as { method: string; url: string }
    requests.push(`${method} ${url.replace(bundledApi, '')}`)
  })

  const reopen = async (changes: PhoneOptions = {}) => {
    const query = new URLSearchParams({ ...options, ...changes })
    await page.goto(`${previewUrl}/phone?${query}`)
    await page.locator('html[data-state=ready]').waitFor()
  }
  await reopen()
  return {
    page,
    requests,
    reopen,
    change: (changes) => page.evaluate(changeSettings, changes),
    routes: () => page.evaluate('weappPreview.routes()'),
    see: (text) => page.getByText(text).locator('visible=true').first().waitFor(),
    tap: (text) => page.getByText(text, { exact: true }).locator('visible=true').last().click(),
    close: () => pages.release(page),
  }
}

/** Changes settings as the preview's panel does. Runs in the browser. */
function changeSettings(changes: object): void {
  const key = 'weapp-preview:settings'
  const settings = { ...JSON.parse(localStorage.getItem(key) ?? '{}'), ...changes }
  localStorage.setItem(key, JSON.stringify(settings))
  dispatchEvent(new StorageEvent('storage', { key }))
}

/** Opens the login page from the Me page, accepts and logs in. */
export async function logInWithWechat(phone: Phone): Promise<void> {
  await phone.tap(zh.me.title)
  await phone.tap(zh.me.login)
  await acceptAndLogIn(phone)
}

/** Ticks what is agreed to on the page that is seen; one that is just closing may have a tapCheckbox as well. */
export const tapCheckbox = (phone: Phone) => phone.page.locator('[data-active]').getByRole('checkbox').click()

export async function acceptAndLogIn(phone: Phone): Promise<void> {
  await tapCheckbox(phone)
  await phone.tap(zh.login.button)
}
