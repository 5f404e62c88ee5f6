import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectToChromium } from '@repo/tooling/chromium'
import type {} from '@repo/tooling/chromium-for-tests'
import type { Browser, Page } from 'playwright-core'
import { inject, onTestFinished } from 'vitest'
import type { Hooks } from '../src/phone/hooks.ts'
import { startPreview } from '../src/start-preview.ts'

export const appId = 'wx0123456789abcdef'
/** The origin that the fixture's code names; the API of a test listens elsewhere. */
export const apiOrigin = 'https://api.example.com'

export const fixture = fileURLToPath(new URL('fixture', import.meta.url))

/** A folder of the test's own, removed afterwards. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preview-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The fixture in a folder that the test may change. */
export async function copyOfFixture(): Promise<string> {
  const folder = await temporaryFolder()
  await cp(fixture, folder, { recursive: true })
  return folder
}

/** An HTTP server of the test's own. */
export async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

export type TestPreview = { url: string; log: string[]; close(): Promise<void> }

/** The preview of a build, without a WeChat simulator unless the test brings one. */
export async function startTestPreview(
  options: { dist?: string; api?: string; simulatorUrl?: string } = {},
): Promise<TestPreview> {
  const log: string[] = []
  const preview = await startPreview({
    dist: options.dist ?? fixture,
    appId,
    origins: { [apiOrigin]: options.api ?? 'http://127.0.0.1:9' },
    ...(options.simulatorUrl && { simulatorUrl: options.simulatorUrl }),
    log: (line) => log.push(line),
  })
  onTestFinished(preview.close)
  return { ...preview, log }
}

let browser: Promise<Browser> | undefined

/** The browser of the run; what a file opens closes with its connection. */
export function sharedBrowser(): Promise<Browser> {
  browser ??= connectToChromium(inject('chromium'))
  return browser
}

export async function closeSharedBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
  idlePages.length = 0
}

export type PhoneOptions = {
  /** After the phone's address: `?user=xiaohong`. */
  search?: string
  colorScheme?: 'light' | 'dark'
  viewport?: { width: number; height: number }
}

/** Pages that no test uses now. A new one takes a second, and the preview of each test is an origin of its own. */
const idlePages: Page[] = []

/** A page with the phone in it, and nothing of an earlier test: not even its storage, which belongs to its origin. */
export async function openPhone({ url }: TestPreview, options: PhoneOptions = {}): Promise<Page> {
  const page = idlePages.pop() ?? (await newPage())
  onTestFinished(async () => {
    if (page.isClosed()) return
    page.removeAllListeners()
    await page.goto('about:blank')
    idlePages.push(page)
  })
  await page.setViewportSize(options.viewport ?? { width: 375, height: 812 })
  await page.emulateMedia({ colorScheme: options.colorScheme ?? 'light', reducedMotion: 'reduce' })
  await page.goto(`${url}/phone${options.search ?? ''}`)
  return page
}

async function newPage(): Promise<Page> {
  const context = await (await sharedBrowser()).newContext({ locale: 'zh-CN' })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return page
}

/** Calls a function of the mini program's `wx` without callbacks; resolves to its result, or to its failure. */
export function callWx(page: Page, name: string, options?: unknown): Promise<Record<string, unknown>> {
  return page.evaluate(
    async ([name, options]) => {
      const call = window.weappPreview.wx[name as string] as (
        options: unknown,
      ) => Promise<Record<string, unknown>>
      return call(options).catch((failure: unknown) => {
        if (failure instanceof Error) throw failure
        return failure as Record<string, unknown>
      })
    },
    [name, options] as const,
  )
}

/** Calls a synchronous function of `wx`. */
export function callWxSync(page: Page, name: string, ...values: unknown[]): Promise<unknown> {
  return page.evaluate(
    ([name, values]) => {
      return (window.weappPreview.wx[name as string] as (...values: unknown[]) => unknown)(
        ...(values as unknown[]),
      )
    },
    [name, values] as const,
  )
}

/** `wx.request` as a promise. `abortAfterMs` calls the task's `abort`. */
export function request(
  page: Page,
  options: Record<string, unknown>,
  abortAfterMs?: number,
): Promise<Record<string, unknown>> {
  return page.evaluate(
    ([options, abortAfterMs]) =>
      new Promise<Record<string, unknown>>((resolve) => {
        const wx = window.weappPreview.wx as { request(options: unknown): { abort(): void } }
        const task = wx.request({ ...options, success: resolve, fail: resolve })
        if (abortAfterMs !== undefined) setTimeout(() => task.abort(), abortAfterMs)
      }),
    [options, abortAfterMs] as const,
  )
}

/** For code that runs in the page: functions of `wx` that return a promise. */
export type WxFunctions = Hooks['wx'] &
  Record<
    'setStorage' | 'getStorage' | 'getNetworkType',
    (options?: object) => Promise<{ errMsg: string }> | undefined
  >

export const routes = (page: Page): Promise<string[]> => page.evaluate(() => window.weappPreview.routes())
