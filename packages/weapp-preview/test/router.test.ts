import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { callWx, closeSharedBrowser, openPhone, routes, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const home = 'pages/home/index'
const mine = 'pages/mine/index'
const detail = 'pages/detail/index'

const open = async (search = '') => openPhone(await startTestPreview(), { search })

/** What app.js wrote down. */
const lifeOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.weappPreview.app().log as string[])

describe.skipIf(lacksChromium())('pages', () => {
  test('start at the first page of app.json, after the app', async () => {
    const page = await open()
    await expect
      .poll(() => lifeOf(page))
      .toEqual([`onLaunch ${home}`, 'onShow', 'home onLoad {}', 'home onShow', 'home onReady'])
  })

  test('call their life cycle when they open and close', async () => {
    const page = await open()
    await page.locator('#go').click()
    await expect.poll(() => routes(page)).toEqual([home, detail])
    expect(await page.locator('[data-active] .query').textContent()).toBe('{"from":"navigator"}')
    await page.getByRole('button', { name: '返回' }).click()
    await expect.poll(() => routes(page)).toEqual([home])
    await expect
      .poll(async () => (await lifeOf(page)).slice(-7))
      .toEqual([
        'home onReady',
        'home onHide',
        'detail onLoad {"from":"navigator"}',
        'detail onShow',
        'detail onReady',
        'detail onUnload',
        'home onShow',
      ])
  })

  test('receive the query without decoding', async () => {
    const page = await open()
    await callWx(page, 'navigateTo', { url: '/pages/detail/index?a=%2F&b=1=2&c' })
    expect(await page.locator('[data-active] .query').textContent()).toBe('{"a":"%2F","b":"1=2","c":""}')
  })

  test('resolve paths relative to the visible page', async () => {
    const page = await open()
    await callWx(page, 'navigateTo', { url: '../detail/index' })
    expect(await routes(page)).toEqual([home, detail])
  })

  test.each([
    ['navigateTo', '/pages/none/index', 'navigateTo:fail page "pages/none/index" is not found'],
    ['navigateTo', `/${mine}`, 'navigateTo:fail can not navigateTo a tabbar page'],
    ['redirectTo', `/${mine}`, 'redirectTo:fail can not redirectTo a tabbar page'],
    ['switchTab', `/${detail}`, 'switchTab:fail can not switch to no-tabBar page'],
    ['reLaunch', '/pages/none/index', 'reLaunch:fail page "pages/none/index" is not found'],
    ['navigateBack', '', 'navigateBack:fail cannot navigate back at first page.'],
  ])("follow WeChat's rules: %s %s", async (name, url, errMsg) => {
    const page = await open()
    expect(await callWx(page, name, { url })).toEqual({ errMsg })
    expect(await routes(page)).toEqual([home])
  })

  test('are at most ten', async () => {
    const page = await open()
    for (let depth = 2; depth <= 10; depth += 1) await callWx(page, 'navigateTo', { url: `/${detail}` })
    expect(await callWx(page, 'navigateTo', { url: `/${detail}` })).toEqual({
      errMsg: 'navigateTo:fail webview count limit exceed',
    })
    expect(await routes(page)).toHaveLength(10)

    await callWx(page, 'navigateBack', { delta: 99 })
    expect(await routes(page)).toEqual([home])
  })

  test('of tabs stay alive while another tab is visible', async () => {
    const page = await open()
    await page.locator('#add').click()
    await page.getByRole('tab', { name: '我的' }).click()
    await expect.poll(() => routes(page)).toEqual([mine])
    await page.getByRole('tab', { name: '首页' }).click()
    await expect.poll(() => routes(page)).toEqual([home])
    expect(await page.locator('#count').textContent()).toBe('1')
  })

  test('above a tab close when the tab is switched', async () => {
    const page = await open()
    await callWx(page, 'navigateTo', { url: `/${detail}` })
    expect(await page.locator('[data-part=tab-bar]').isVisible()).toBe(false)
    await callWx(page, 'switchTab', { url: `/${mine}` })
    expect(await routes(page)).toEqual([mine])
    expect(await page.locator('[data-part=tab-bar]').isVisible()).toBe(true)
    expect(await lifeOf(page)).toContain('detail onUnload')
  })

  test('close on reLaunch, hidden tabs too', async () => {
    const page = await open()
    await callWx(page, 'switchTab', { url: `/${mine}` })
    await callWx(page, 'reLaunch', { url: `/${detail}?x=1` })
    expect(await routes(page)).toEqual([detail])
    expect((await lifeOf(page)).filter((line) => line.endsWith('onUnload')).sort()).toEqual([
      'home onUnload',
      'mine onUnload',
    ])
    await page.getByRole('button', { name: '首页' }).click()
    await expect.poll(() => routes(page)).toEqual([home])
  })

  test('replace the visible page on redirectTo', async () => {
    const page = await open()
    await callWx(page, 'navigateTo', { url: '/pages/form/index' })
    await callWx(page, 'redirectTo', { url: `/${detail}` })
    expect(await routes(page)).toEqual([home, detail])
  })

  test('open by URL', async () => {
    const page = await open(`?path=${encodeURIComponent(`${detail}?a=1`)}`)
    expect(await routes(page)).toEqual([detail])
    expect(await page.locator('[data-active] .query').textContent()).toBe('{"a":"1"}')
  })

  test('of sub-packages open like all others', async () => {
    const page = await open()
    await callWx(page, 'navigateTo', { url: '/more/extra/index' })
    expect(await page.locator('#extra').textContent()).toBe('更多')
  })

  test('show their own titles', async () => {
    const page = await open()
    const title = page.locator('[data-active]').getByRole('heading')
    expect(await title.textContent()).toBe('试验')
    await callWx(page, 'navigateTo', { url: `/${detail}` })
    expect(await title.textContent()).toBe('detail')
    await callWx(page, 'setNavigationBarTitle', { title: '另一个' })
    expect(await title.textContent()).toBe('另一个')
  })
})
