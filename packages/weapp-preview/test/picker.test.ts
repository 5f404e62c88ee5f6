import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { heardBy, openAccount } from './account.ts'
import { closeSharedBrowser } from './phone.ts'

afterAll(closeSharedBrowser)

const dialog = (page: Page) => page.getByRole('dialog')
const wheel = (page: Page, index: number) => dialog(page).getByRole('listbox').nth(index)
const chosen = (page: Page) => dialog(page).getByRole('option', { selected: true }).allTextContents()
const offered = (page: Page, index: number) => wheel(page, index).getByRole('option').allTextContents()
const turn = (page: Page, index: number, text: string) =>
  wheel(page, index).getByRole('option', { name: text, exact: true }).dispatchEvent('click')
const confirm = (page: Page) => dialog(page).getByRole('button', { name: '确定' }).click()

describe.skipIf(lacksChromium())('picker', () => {
  test('returns the index of the chosen text', async () => {
    const page = await openAccount()
    await page.locator('#size').click()
    expect(await dialog(page).getByRole('heading').textContent()).toBe('尺码')
    expect(await offered(page, 0)).toEqual(['小', '中', '大'])
    expect(await chosen(page)).toEqual(['中'])
    await turn(page, 0, '大')
    await confirm(page)
    await expect.poll(() => heardBy(page)).toEqual([{ type: 'change', detail: { value: '2' } }])
    await page.locator('#size').click()
    expect(await chosen(page)).toEqual(['大'])
  })

  test('scrolls, and turns with the keyboard', async () => {
    const page = await openAccount()
    await page.locator('#size').click()
    await wheel(page, 0).evaluate((node) => node.scrollTo({ top: 0 }))
    await expect.poll(() => chosen(page)).toEqual(['小'])
    await wheel(page, 0).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => chosen(page)).toEqual(['中'])
  })

  test('sends cancel when the user cancels', async () => {
    const page = await openAccount()
    await page.locator('#size').click()
    await dialog(page).getByRole('button', { name: '取消' }).click()
    await expect.poll(async () => (await heardBy(page)).map(({ type }) => type)).toEqual(['cancel'])
  })

  test('does not open when it is disabled', async () => {
    const page = await openAccount()
    await page.locator('#fixed').click()
    expect(await dialog(page).count()).toBe(0)
  })

  test('offers as many days as the month has', async () => {
    const page = await openAccount()
    await page.locator('#birthday').click()
    expect(await chosen(page)).toEqual(['2024年', '2月', '29日'])
    await turn(page, 0, '2023年')
    expect(await chosen(page)).toEqual(['2023年', '2月', '28日'])
    await turn(page, 1, '4月')
    expect((await offered(page, 2)).at(-1)).toBe('30日')
    await confirm(page)
    await expect.poll(() => heardBy(page)).toEqual([{ type: 'change', detail: { value: '2023-04-28' } }])
  })

  test('ends at its end date', async () => {
    const page = await openAccount()
    await page.locator('#birthday').click()
    expect((await offered(page, 0)).at(-1)).toBe('2025年')
    await turn(page, 0, '2025年')
    await turn(page, 1, '6月')
    expect((await offered(page, 1)).at(-1)).toBe('6月')
    expect((await offered(page, 2)).at(-1)).toBe('15日')
    await turn(page, 0, '1900年')
    expect((await offered(page, 1))[0]).toBe('3月')
    await turn(page, 1, '3月')
    expect((await offered(page, 2))[0]).toBe('5日')
  })

  test('asks for year and month when fields is month', async () => {
    const page = await openAccount()
    await page.locator('#month').click()
    expect(await chosen(page)).toEqual(['2020年', '1月'])
    await confirm(page)
    await expect.poll(() => heardBy(page)).toEqual([{ type: 'change', detail: { value: '2020-01' } }])
  })
})
