import { lacksChromium } from '@repo/tooling/chromium'
import { afterAll, describe, expect, test } from 'vitest'
import { callWx, closeSharedBrowser, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

describe.skipIf(lacksChromium())('the phone', () => {
  test('renders templates, wxs, loops and custom components', async () => {
    const page = await openPhone(await startTestPreview())
    expect(await page.locator('#greeting').textContent()).toBe('你好!')
    expect(await page.locator('.row').allTextContents()).toEqual(['1', '2', '3'])
    expect(await page.locator('#badge').textContent()).toBe('徽章')
  })

  test('sends taps and component events to the page', async () => {
    const page = await openPhone(await startTestPreview())
    await page.locator('#add').click()
    await page.locator('#badge').click()
    expect(await page.locator('#count').textContent()).toBe('2')
  })

  test('works with the keyboard', async () => {
    const page = await openPhone(await startTestPreview())
    await page.locator('#add').focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#count').textContent()).toBe('1')
  })

  test('sends no tap from a disabled button', async () => {
    const page = await openPhone(await startTestPreview())
    await page.locator('#disabled').click({ force: true })
    await page.locator('#add').click()
    expect(await page.locator('#count').textContent()).toBe('1')
  })

  test('applies imports, rpx, vh and component style isolation', async () => {
    const page = await openPhone(await startTestPreview())
    const colorOf = (selector: string) =>
      page.locator(selector).evaluate((node) => getComputedStyle(node).color)
    expect(await colorOf('#greeting')).toBe('rgb(1, 2, 3)')
    expect(await colorOf('#badge wx-view')).toBe('rgb(4, 5, 6)')

    const half = await page.locator('#half').boundingBox()
    const pinned = await page.locator('#pinned').boundingBox()
    const tabBar = await page.locator('[data-part=tab-bar]').boundingBox()
    const bar = await page.locator('[data-active] [data-part=navigation-bar]').boundingBox()
    const windowHeight = (tabBar?.y ?? 0) - (bar?.height ?? 0)
    expect(half?.width).toBeCloseTo(187.5, 0)
    expect(half?.height).toBeCloseTo(windowHeight / 2, 0)
    expect((pinned?.y ?? 0) + (pinned?.height ?? 0)).toBeCloseTo(tabBar?.y ?? 0, 0)
  })

  test.each([
    [
      { width: 375, height: 812 },
      { statusBarHeight: 44, screenTop: 88, windowWidth: 375 },
    ],
    [
      { width: 320, height: 568 },
      { statusBarHeight: 20, screenTop: 64, windowWidth: 320 },
    ],
  ])('returns its own size: %o', async (viewport, expected) => {
    const page = await openPhone(await startTestPreview(), { viewport })
    expect(await callWx(page, 'getSystemInfo')).toMatchObject(expected)
  })

  test('measures elements from below the navigation bar', async () => {
    const page = await openPhone(await startTestPreview())
    const top = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const { wx } = window.weappPreview
          const query = (wx as { createSelectorQuery(): SelectorQuery }).createSelectorQuery()
          query.select('#greeting').boundingClientRect()
          query.exec(([rect]) => resolve(rect?.top))
        }),
    )
    expect(top).toBe(0)
  })

  test.each([
    ['light', 'rgb(17, 17, 17)', 'rgb(240, 240, 240)'],
    ['dark', 'rgb(238, 238, 238)', 'rgb(16, 16, 16)'],
  ] as const)('follows the theme: %s', async (colorScheme, ink, background) => {
    const page = await openPhone(await startTestPreview(), { colorScheme })
    const style = (selector: string, name: string) =>
      page.locator(selector).evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), name)
    expect(await style('#count', 'color')).toBe(ink)
    expect(await style('[data-active] [data-part=navigation-bar]', 'background-color')).toBe(background)
    expect(await callWx(page, 'getSystemInfo')).toMatchObject({ theme: colorScheme })
  })

  test.each([
    ['dark', 'light', 'rgb(238, 238, 238)'],
    ['light', 'dark', 'rgb(17, 17, 17)'],
  ] as const)('is %s when the setting says so and the browser is %s', async (theme, colorScheme, ink) => {
    const page = await openPhone(await startTestPreview(), { colorScheme, search: `?theme=${theme}` })
    expect(await page.locator('#count').evaluate((node) => getComputedStyle(node).color)).toBe(ink)
  })

  test('reports a theme change to the mini program', async () => {
    const page = await openPhone(await startTestPreview())
    await page.evaluate(() => {
      const { wx } = window.weappPreview
      ;(wx as { onThemeChange(listener: (value: object) => void): void }).onThemeChange((value) => {
        document.body.dataset.heard = JSON.stringify(value)
      })
    })
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(() => page.locator('body').getAttribute('data-heard')).toBe('{"theme":"dark"}')
  })
})

type SelectorQuery = {
  select(selector: string): { boundingClientRect(): void }
  exec(done: (results: { top: number }[]) => void): void
}
