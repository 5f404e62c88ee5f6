import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { callWx, closeSharedBrowser, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const open = async (search = '') => openPhone(await startTestPreview(), { search })

/** Calls without waiting: the test answers the dialog. */
const start = (page: Page, name: string, options: object) => {
  const outcome = callWx(page, name, options)
  outcome.catch(() => {})
  return outcome
}

describe.skipIf(lacksChromium())('toasts', () => {
  test('show their text and disappear', async () => {
    const page = await open()
    await callWx(page, 'showToast', { title: '登录成功', duration: 2_000 })
    expect(await page.getByRole('status').textContent()).toBe('登录成功')
    await expect.poll(() => page.getByRole('status').count()).toBe(0)
  })

  test('stay for a loading toast until it is hidden', async () => {
    const page = await open()
    await callWx(page, 'showLoading', { title: '请稍候' })
    await callWx(page, 'hideToast')
    expect(await page.getByRole('status').textContent()).toBe('请稍候')
    await callWx(page, 'hideLoading')
    expect(await page.getByRole('status').count()).toBe(0)
  })

  test('block taps on the page when they have a mask', async () => {
    const page = await open()
    await callWx(page, 'showLoading', { title: '请稍候', mask: true })
    await expect(page.locator('#add').click({ timeout: 500 })).rejects.toThrow('Timeout')
  })
})

describe.skipIf(lacksChromium())('dialogs', () => {
  test.each([
    ['确定', { errMsg: 'showModal:ok', confirm: true, cancel: false }],
    ['取消', { errMsg: 'showModal:ok', confirm: false, cancel: true }],
  ])('return the tapped button: %s', async (button, result) => {
    const page = await open()
    const outcome = start(page, 'showModal', { title: '退出登录？', content: '以后还可以再来' })
    const dialog = page.getByRole('dialog', { name: '退出登录？' })
    expect(await dialog.textContent()).toBe('退出登录？以后还可以再来取消确定')
    await dialog.getByRole('button', { name: button }).click()
    expect(await outcome).toEqual(result)
    expect(await dialog.count()).toBe(0)
  })

  test('show custom texts and hide the cancel button when told to', async () => {
    const page = await open('?language=en')
    const outcome = start(page, 'showModal', { title: 'Hi', showCancel: false })
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'OK' }).click()
    expect(await outcome).toMatchObject({ confirm: true })
  })

  test("use the given button colors, else WeChat's", async () => {
    const page = await open('?theme=light')
    const colors = () =>
      page
        .getByRole('dialog')
        .getByRole('button')
        .evaluateAll((buttons) => buttons.map((button) => getComputedStyle(button).color))
    start(page, 'showModal', { title: '注销？', confirmColor: '#b3261e', cancelColor: '#123456' })
    expect(await colors()).toEqual(['rgb(18, 52, 86)', 'rgb(179, 38, 30)'])
    await page.getByRole('button', { name: '取消' }).click()
    start(page, 'showModal', { title: '退出？' })
    expect(await colors()).toEqual(['rgba(0, 0, 0, 0.9)', 'rgb(87, 107, 149)'])
  })

  test('reject texts that are too long for a button', async () => {
    const result = await callWx(await open(), 'showModal', { title: '?', confirmText: '一二三四五' })
    expect(result.errMsg).toBe(
      'showModal:fail confirmText length should not larger than 4 Chinese characters',
    )
  })

  test('return the text that the user enters', async () => {
    const page = await open()
    const outcome = start(page, 'showModal', { title: '昵称', editable: true, placeholderText: '请输入' })
    await page.getByPlaceholder('请输入').fill('小明')
    await page.getByRole('button', { name: '确定' }).click()
    expect(await outcome).toMatchObject({ confirm: true, content: '小明' })
  })

  test('return the chosen item of an action sheet, or fail when the user cancels', async () => {
    const page = await open()
    const chosen = start(page, 'showActionSheet', { itemList: ['拍照', '相册'] })
    await page.getByRole('button', { name: '相册' }).click()
    expect(await chosen).toEqual({ errMsg: 'showActionSheet:ok', tapIndex: 1 })

    const cancelled = start(page, 'showActionSheet', { itemList: ['拍照'] })
    await page.getByRole('button', { name: '取消' }).click()
    expect(await cancelled).toEqual({ errMsg: 'showActionSheet:fail cancel' })
  })
})

describe.skipIf(lacksChromium())('the bars', () => {
  test('use the colors that a page sets', async () => {
    const page = await open()
    await callWx(page, 'setNavigationBarColor', { frontColor: '#ffffff', backgroundColor: '#123456' })
    const bar = page.locator('[data-active] [data-part=navigation-bar]')
    expect(await bar.evaluate((node) => getComputedStyle(node).backgroundColor)).toBe('rgb(18, 52, 86)')
    expect(await bar.evaluate((node) => getComputedStyle(node).color)).toBe('rgb(255, 255, 255)')
    expect(await callWx(page, 'setNavigationBarColor', { frontColor: 'red' })).toMatchObject({
      errMsg: expect.stringContaining('setNavigationBarColor:fail'),
    })
  })

  test('leave the top free when a page draws its own navigation bar', async () => {
    const page = await open('?path=pages/probe/index')
    expect(await page.locator('[data-active] [data-part=navigation-bar]').isVisible()).toBe(false)
    expect((await page.locator('#seen').boundingBox())?.y).toBe(0)
    expect(await page.locator('[data-part=capsule]').isVisible()).toBe(true)
  })

  test('mark the visible tab', async () => {
    const page = await open()
    const selected = page.getByRole('tab', { selected: true })
    expect(await selected.textContent()).toBe('首页')
    await page.getByRole('tab', { name: '我的' }).click()
    await expect.poll(() => selected.textContent()).toBe('我的')
  })
})

describe.skipIf(lacksChromium())('the tab bar', () => {
  test('changes texts, colors and badges while a tab page is visible', async () => {
    const page = await open()
    const first = page.getByRole('tab').first()
    await callWx(page, 'setTabBarItem', { index: 0, text: 'Home' })
    await callWx(page, 'setTabBarStyle', { selectedColor: '#010203' })
    expect(await first.textContent()).toBe('Home')
    expect(await first.evaluate((node) => getComputedStyle(node).color)).toBe('rgb(1, 2, 3)')

    await callWx(page, 'setTabBarBadge', { index: 0, text: '12345' })
    expect(await first.textContent()).toBe('Home…')
    await callWx(page, 'removeTabBarBadge', { index: 0 })
    expect(await first.textContent()).toBe('Home')

    await callWx(page, 'hideTabBar')
    expect(await first.isVisible()).toBe(false)
    await callWx(page, 'showTabBar')
    expect(await first.isVisible()).toBe(true)
    expect(await callWx(page, 'setTabBarItem', { index: 9, text: '?' })).toMatchObject({
      errMsg: 'setTabBarItem:fail tabbar item not found: 9',
    })
  })

  test('rejects changes while another page is visible', async () => {
    const page = await open('?path=pages/detail/index')
    expect(await callWx(page, 'setTabBarItem', { index: 0, text: 'Home' })).toEqual({
      errMsg: 'setTabBarItem:fail not TabBar page',
    })
  })
})

test.skipIf(lacksChromium())('a button has its hover class while it is pressed', async () => {
  const page = await open()
  const button = page.locator('#add')
  await button.hover()
  await page.mouse.down()
  await expect.poll(() => button.getAttribute('class')).toContain('button-hover')
  await page.mouse.up()
  await expect.poll(() => button.getAttribute('class')).not.toContain('button-hover')
})

test.skipIf(lacksChromium())('wx.pageScrollTo scrolls the page', async () => {
  const page = await open()
  await page.locator('#half').evaluate((node) => {
    ;(node as HTMLElement).style.height = '3000px'
  })
  await callWx(page, 'pageScrollTo', { scrollTop: 500, duration: 0 })
  const top = page.locator('[data-active] .phone-page-scroller').evaluate((node) => node.scrollTop)
  expect(await top).toBe(500)
})
