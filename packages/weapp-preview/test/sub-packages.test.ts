import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { callWx, closeSharedBrowser, copyOfFixture, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const open = async (search = '') => openPhone(await startTestPreview(), { search })
const ran = (page: Page) =>
  page.evaluate(() => (window.weappPreview.app().log as string[]).filter((line) => line.startsWith('more/')))
const turnOff = (page: Page) =>
  page.evaluate(() => localStorage.setItem('weapp-preview:settings', JSON.stringify({ network: 'none' })))

describe.skipIf(lacksChromium())('a sub-package', () => {
  test('runs its components and scripts when one of its pages first opens', async () => {
    const page = await open()
    await page.locator('#greeting').waitFor()
    expect(await ran(page)).toEqual([])
    await callWx(page, 'navigateTo', { url: '/more/extra/index' })
    expect(await page.locator('#extra').textContent()).toBe('更多')
    expect(await page.locator('#lamp').textContent()).toBe('灯')
    expect(await ran(page)).toEqual(['more/lamp', 'more/words'])
  })

  test('keeps its scripts from the main package', async () => {
    const dist = await copyOfFixture()
    await writeFile(join(dist, 'pages/detail/index.js'), "require('../../more/words.js'); Page({})")
    const page = await openPhone(await startTestPreview({ dist }))
    const opened = callWx(page, 'navigateTo', { url: '/pages/detail/index' })
    await expect(opened).rejects.toThrow("module 'more/words.js' is not defined")
  })

  test('does not open without a network unless it was fetched before', async () => {
    const page = await open()
    await page.locator('#greeting').waitFor()
    await turnOff(page)
    expect(await callWx(page, 'navigateTo', { url: '/more/extra/index' })).toEqual({
      errMsg: 'navigateTo:fail load subpackage "more" fail: network error',
    })
    await page.evaluate(() => localStorage.clear())
    await callWx(page, 'navigateTo', { url: '/more/extra/index' })
    await callWx(page, 'navigateBack')
    await turnOff(page)
    expect(await callWx(page, 'navigateTo', { url: '/more/extra/index' })).toEqual({
      errMsg: 'navigateTo:ok',
    })
  })

  test('opens without a network when the mini program starts in it', async () => {
    const page = await open('?network=none&path=more/extra/index')
    expect(await page.locator('#extra').textContent()).toBe('更多')
  })

  test('is fetched in advance by preloadRule', async () => {
    const page = await open('?path=pages/detail/index')
    await page.locator('.query').waitFor({ state: 'attached' })
    await turnOff(page)
    expect(await callWx(page, 'navigateTo', { url: '/soon/page/index' })).toEqual({ errMsg: 'navigateTo:ok' })
  })
})
