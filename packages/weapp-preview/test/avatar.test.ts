import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { heardBy, openAccount } from './account.ts'
import { callWx, closeSharedBrowser } from './phone.ts'

afterAll(closeSharedBrowser)

const sheetOf = async (page: Page) => {
  await page.locator('#avatar').click()
  return page.getByRole('dialog', { name: '选择头像' })
}

const chosen = async (page: Page): Promise<string> => {
  await expect
    .poll(async () => (await heardBy(page)).map(({ type }) => type))
    .toEqual(['chooseavatar', 'load'])
  const [event] = await heardBy(page)
  return String(event?.detail.avatarUrl)
}

describe.skipIf(lacksChromium())('the avatar button', () => {
  test("returns the user's WeChat avatar as a file that a page can show and measure", async () => {
    const page = await openAccount()
    await (await sheetOf(page)).getByRole('button', { name: '用微信头像' }).click()
    const path = await chosen(page)
    expect(path).toMatch(/^http:\/\/tmp\/\w+\.jpeg$/)
    expect(await callWx(page, 'getImageInfo', { src: path })).toEqual({
      errMsg: 'getImageInfo:ok',
      width: 640,
      height: 640,
      path,
      orientation: 'up',
      type: 'jpeg',
    })
  })

  test('returns another album image at each choice', async () => {
    const page = await openAccount()
    const sheet = await sheetOf(page)
    await sheet.getByRole('button', { name: '从相册选择' }).click()
    await sheet.getByRole('button', { name: '照片 2' }).click()
    const first = await chosen(page)
    await (await sheetOf(page)).getByRole('button', { name: '用微信头像' }).click()
    await expect.poll(async () => (await heardBy(page)).at(-1)?.type).toBe('load')
    expect((await heardBy(page)).at(-2)?.detail.avatarUrl).not.toBe(first)
  })

  test('returns a file of the computer', async () => {
    const page = await openAccount()
    const sheet = await sheetOf(page)
    await sheet.getByRole('button', { name: '从相册选择' }).click()
    const dot = new URL('fixture/images/dot.png', import.meta.url)
    await sheet.getByLabel('从电脑选择…').first().setInputFiles(dot.pathname)
    expect(await chosen(page)).toMatch(/\.png$/)
  })

  test("returns the camera's image", async () => {
    const page = await openAccount()
    const sheet = await sheetOf(page)
    await sheet.getByRole('button', { name: '拍照' }).click()
    await sheet.getByRole('button', { name: '拍摄' }).click()
    expect(await chosen(page)).toMatch(/\.jpeg$/)
  })

  test.each([
    ['the button', (page: Page) => page.getByRole('button', { name: '取消' }).click()],
    ['a press beside the sheet', (page: Page) => page.mouse.click(100, 100)],
    ['the escape key', (page: Page) => page.keyboard.press('Escape')],
  ])('sends no event when the user cancels with %s', async (_, cancel) => {
    const page = await openAccount()
    const sheet = await sheetOf(page)
    await sheet.waitFor()
    await cancel(page)
    await expect.poll(() => sheet.count()).toBe(0)
    expect(await heardBy(page)).toEqual([])
    const log = await page.evaluate(() => window.weappPreview.log())
    expect(log.at(-1)).toMatchObject({ title: 'button.chooseAvatar', outcome: 'fail cancel' })
  })

  test('sends no event when WeChat rejects the image', async () => {
    const page = await openAccount({ search: '?review=reject' })
    const sheet = await sheetOf(page)
    await sheet.getByRole('button', { name: '用微信头像' }).click()
    await expect.poll(() => sheet.count()).toBe(0)
    expect(await heardBy(page)).toEqual([])
  })
})

test.skipIf(lacksChromium())(
  'wx.getImageInfo returns the size of an image in the build and fails for a missing one',
  async () => {
    const page = await openAccount()
    expect(await callWx(page, 'getImageInfo', { src: '/images/dot.png' })).toMatchObject({
      type: 'png',
      width: 10,
    })
    for (const src of ['http://tmp/none.png', '/images/none.png']) {
      expect(await callWx(page, 'getImageInfo', { src })).toEqual({
        errMsg: 'getImageInfo:fail image not found',
      })
    }
  },
)
