import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import {
  apiOrigin,
  callWx,
  callWxSync,
  closeSharedBrowser,
  openPhone,
  request,
  startServer,
  startTestPreview,
} from './phone.ts'

afterAll(closeSharedBrowser)

const open = async (search = '') => openPhone(await startTestPreview(), { search })

/** Changes settings as the panel does, in another document of the same browser. */
async function change(page: Page, settings: object): Promise<void> {
  const other = await page.context().newPage()
  await other.goto(`${new URL(page.url()).origin}/__preview/icon.svg`)
  await other.evaluate(
    (text) => localStorage.setItem('weapp-preview:settings', text),
    JSON.stringify(settings),
  )
  await other.close()
}

type Manager = Record<
  'onCheckForUpdate' | 'onUpdateReady' | 'onUpdateFailed',
  (run: (r: object) => void) => void
>

/** What the update manager tells, written to the page. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const { wx } = window.weappPreview
    const manager = (wx.getUpdateManager as () => Manager)()
    const write = (text: string) => {
      document.body.dataset.heard = `${document.body.dataset.heard ?? ''}${text};`
    }
    manager.onCheckForUpdate((result) => write(JSON.stringify(result)))
    manager.onUpdateReady(() => write('ready'))
    manager.onUpdateFailed(() => write('failed'))
  })
const heard = (page: Page) => page.locator('body').getAttribute('data-heard')
const applyUpdate = (page: Page) =>
  page.evaluate(() =>
    (window.weappPreview.wx.getUpdateManager as () => { applyUpdate(): void })().applyUpdate(),
  )

describe.skipIf(lacksChromium())('wx.getUpdateManager', () => {
  test('reports no new version by default', async () => {
    const page = await open()
    await listen(page)
    await expect.poll(() => heard(page)).toBe('{"hasUpdate":false};')
    await expect(applyUpdate(page)).rejects.toThrow('applyUpdate:fail update is not ready')
  })

  test('reports a new version and restarts the mini program when it is applied', async () => {
    const page = await open()
    await listen(page)
    await expect.poll(() => heard(page)).toBe('{"hasUpdate":false};')
    await change(page, { update: 'ready' })
    await expect.poll(() => heard(page)).toBe('{"hasUpdate":false};{"hasUpdate":true};ready;')
    await applyUpdate(page).catch(() => {})
    await expect.poll(() => heard(page).catch(() => 'not yet')).toBeNull()
    await listen(page)
    await expect.poll(() => heard(page)).toBe('{"hasUpdate":false};')
  })

  test('reports a failed download', async () => {
    const page = await open('?update=failed')
    await listen(page)
    await expect.poll(() => heard(page)).toBe('{"hasUpdate":true};failed;')
  })
})

describe.skipIf(lacksChromium())('the device', () => {
  test('reports each change of the network', async () => {
    const page = await open()
    await page.evaluate(() => {
      const on = window.weappPreview.wx.onNetworkStatusChange as (listener: (value: object) => void) => void
      on((value) => {
        document.body.dataset.heard = JSON.stringify(value)
      })
    })
    await change(page, { network: '4g' })
    await expect.poll(() => heard(page)).toBe('{"isConnected":true,"networkType":"4g"}')
    await change(page, { network: 'none' })
    await expect.poll(() => heard(page)).toBe('{"isConnected":false,"networkType":"none"}')
    expect(await callWx(page, 'getNetworkType')).toMatchObject({ networkType: 'none', weakNet: false })
    await change(page, { network: '2g' })
    await expect
      .poll(() => callWx(page, 'getNetworkType'))
      .toMatchObject({ networkType: '2g', weakNet: true })
  })

  test('delays requests when the network is slow', async () => {
    const api = await startServer((_, response) => response.end('{}'))
    const page = await openPhone(await startTestPreview({ api }), { search: '?network=2g' })
    expect(await request(page, { url: apiOrigin, timeout: 500 })).toMatchObject({ errno: 5 })
    expect(await request(page, { url: apiOrigin })).toMatchObject({ statusCode: 200 })
  })

  test.each([
    ['standard', 16, 1],
    ['large', 19, 19 / 16],
    ['largest', 23, 23 / 16],
  ])('returns its text size: %s', async (textSize, fontSizeSetting, fontSizeScaleFactor) => {
    const page = await open(`?textSize=${textSize}`)
    expect(await callWxSync(page, 'getAppBaseInfo')).toMatchObject({ fontSizeSetting, fontSizeScaleFactor })
  })

  test.each([
    [{ width: 375, height: 812 }, { top: 44, bottom: 778, height: 734 }, '34px'],
    [{ width: 320, height: 568 }, { top: 20, bottom: 568, height: 548 }, '0px'],
  ])('keeps its safe area free: %o', async (viewport, safeArea, bottom) => {
    const page = await openPhone(await startTestPreview(), { viewport, search: '?path=pages/account/index' })
    expect(await callWxSync(page, 'getWindowInfo')).toMatchObject({ safeArea })
    expect(await page.locator('#safe').evaluate((node) => getComputedStyle(node).paddingBottom)).toBe(bottom)
  })
})
