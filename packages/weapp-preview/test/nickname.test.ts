import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultKeywords } from '../../wechat-simulator/src/wechat-api/msg-sec-check.ts'
import { heardBy, openAccount } from './account.ts'
import { closeSharedBrowser } from './phone.ts'

afterAll(closeSharedBrowser)

const fieldOf = (page: Page) => page.locator('#nickname input')
const barOf = (page: Page) => page.locator('[data-part=nickname-bar]')
const reviews = async (page: Page) => (await heardBy(page)).filter(({ type }) => type === 'nicknamereview')

async function type(page: Page, text: string): Promise<void> {
  await fieldOf(page).fill(text)
  await fieldOf(page).blur()
}

describe.skipIf(lacksChromium())('a nickname input', () => {
  test('offers the WeChat nickname above the keyboard while it has focus', async () => {
    const page = await openAccount({ search: '?user=xiaohong' })
    await fieldOf(page).click()
    await barOf(page).getByRole('button', { name: '李小红' }).click()
    await expect.poll(() => fieldOf(page).inputValue()).toBe('李小红')
    expect(await fieldOf(page).evaluate((field) => document.activeElement === field)).toBe(true)
    await expect
      .poll(() => heardBy(page))
      .toEqual([{ type: 'input', detail: { value: '李小红', cursor: 3, keyCode: 0 } }])
    await fieldOf(page).blur()
    await expect.poll(() => barOf(page).count()).toBe(0)
  })

  test('submits the chosen nickname', async () => {
    const page = await openAccount()
    await fieldOf(page).click()
    await barOf(page).getByRole('button').click()
    await page.locator('#submit').click()
    await expect
      .poll(async () => (await heardBy(page)).find(({ type }) => type === 'submit')?.detail)
      .toEqual({ value: { nickname: '王小明' } })
  })

  test('reports the review some time after it lost focus', async () => {
    const page = await openAccount()
    await fieldOf(page).fill('小明')
    const atOnce = await fieldOf(page).evaluate((field) => {
      field.blur()
      const { data } = window.weappPreview.page() as { data: { heard: { type: string }[] } }
      return data.heard.map(({ type }) => type)
    })
    expect(atOnce).not.toContain('nicknamereview')
    await expect
      .poll(() => reviews(page))
      .toEqual([{ type: 'nicknamereview', detail: { pass: true, timeout: false } }])
    expect(await fieldOf(page).inputValue()).toBe('小明')
  })

  test.each(defaultKeywords.risky)('clears a nickname that WeChat rejects: %s', async (word) => {
    const page = await openAccount()
    await type(page, `小${word}明`)
    await expect
      .poll(() => reviews(page))
      .toEqual([{ type: 'nicknamereview', detail: { pass: false, timeout: false } }])
    await expect.poll(() => fieldOf(page).inputValue()).toBe('')
  })

  test.each(['review=timeout', 'network=none'])(
    'keeps a nickname whose review failed: %s',
    async (setting) => {
      const page = await openAccount({ search: `?${setting}` })
      await type(page, '违规')
      await expect
        .poll(() => reviews(page))
        .toEqual([{ type: 'nicknamereview', detail: { pass: false, timeout: true } }])
      expect(await fieldOf(page).inputValue()).toBe('违规')
    },
  )

  test.each(['declared', 'undeclared'])(
    'is an ordinary input without privacy consent: %s',
    async (privacy) => {
      const page = await openAccount({ search: `?privacy=${privacy}` })
      await fieldOf(page).click()
      await type(page, '违规')
      await page.waitForTimeout(400)
      expect(await barOf(page).count()).toBe(0)
      expect(await reviews(page)).toEqual([])
      expect(await fieldOf(page).inputValue()).toBe('违规')
      expect(await page.getByRole('dialog').count()).toBe(0)
    },
  )
})
