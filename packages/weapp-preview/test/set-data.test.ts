import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import type { DataEntry } from '../src/runtime/data-log.ts'
import { callWx, closeSharedBrowser, copyOfFixture, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const calls = (page: Page): Promise<readonly DataEntry[]> =>
  page.evaluate(() => window.weappPreview.setDataCalls())

/** Lets the page that is seen call `setData`. */
const setData = (page: Page, data: object) =>
  page.evaluate((data) => {
    const seen = window.weappPreview.page() as { setData(data: object): void }
    seen.setData(data)
  }, data)

describe.skipIf(lacksChromium())('setDataCalls', () => {
  test('records page, keys and bytes of each setData from the start', async () => {
    const page = await openPhone(await startTestPreview())
    await page.locator('#count').waitFor()
    expect(await calls(page)).toEqual([{ from: 'pages/home/index', keys: ['query'], bytes: 14 }])
    await page.locator('#add').click()
    await expect
      .poll(() => calls(page))
      .toEqual([
        { from: 'pages/home/index', keys: ['query'], bytes: 14 },
        { from: 'pages/home/index', keys: ['count'], bytes: 11 },
      ])
  })

  test('counts bytes of UTF-8 and can be cleared', async () => {
    const page = await openPhone(await startTestPreview())
    await page.locator('#count').waitFor()
    await page.evaluate(() => window.weappPreview.clearSetDataCalls())
    expect(await calls(page)).toEqual([])
    await setData(page, { 'a.b': '你好' })
    expect(await calls(page)).toEqual([{ from: 'pages/home/index', keys: ['a.b'], bytes: 16 }])
  })

  test('ignores setData of built-in components', async () => {
    const page = await openPhone(await startTestPreview(), { search: '?path=pages/form/index' })
    await page.locator('#agree').waitFor()
    await page.evaluate(() => window.weappPreview.clearSetDataCalls())
    await page.locator('#loud').click()
    const entries = await calls(page)
    expect(entries.filter(({ from }) => from !== 'pages/form/index')).toEqual([])
  })

  test('changes nothing on a closed page', async () => {
    const dist = await copyOfFixture()
    await appendFile(join(dist, 'pages/detail/index.wxml'), '<button wx:if="{{late}}">迟到</button>')
    const page = await openPhone(await startTestPreview({ dist }))
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    await page.locator('#count').waitFor()
    await callWx(page, 'navigateTo', { url: '/pages/detail/index' })
    const left = await page.evaluateHandle(
      () => window.weappPreview.page() as { setData(data: object): void },
    )
    await callWx(page, 'navigateBack')
    await expect.poll(() => page.evaluate(() => window.weappPreview.routes())).toEqual(['pages/home/index'])
    await left.evaluate((page) => page.setData({ late: true }))
    expect(errors).toEqual([])
  })
})
