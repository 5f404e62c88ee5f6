import { lacksChromium } from '@repo/tooling/chromium'
import type { FrameLocator, Page } from 'playwright-core'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { appId, closeSharedBrowser, sharedBrowser, startTestPreview, type TestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

type Panel = { page: Page; phone: FrameLocator; preview: TestPreview }

async function openPanel(options: { locale?: string; width?: number } = {}): Promise<Panel> {
  const preview = await startTestPreview()
  const { locale = 'zh-CN', width = 1280 } = options
  const context = await (await sharedBrowser()).newContext({
    locale,
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(preview.url)
  const phone = page.frameLocator('iframe')
  await phone.locator('#greeting').waitFor()
  return { page, phone, preview }
}

/** Runs in the phone, which is a frame of its own. */
const inPhone = <Result>({ page }: Panel, run: () => Result | Promise<Result>): Promise<Result> => {
  const frame = page.frames().find((candidate) => candidate.url().endsWith('/phone'))
  if (!frame) throw new Error('there is no phone on the page')
  return frame.evaluate(run) as Promise<Result>
}

describe.skipIf(lacksChromium())('the panel', () => {
  test('switches to another user with separate storage', async () => {
    const panel = await openPanel()
    await inPhone(panel, () =>
      (window.weappPreview.wx.setStorageSync as (...values: unknown[]) => void)('k', 'v'),
    )
    await panel.page.getByText('李小红').click()
    const read = () => (window.weappPreview.wx.getStorageSync as (key: string) => unknown)('k')
    await expect.poll(() => inPhone(panel, read).catch(() => 'not yet')).toBe('')
    await panel.page.getByText('王小明').click()
    await expect.poll(() => inPhone(panel, read).catch(() => 'not yet')).toBe('v')
  })

  test('switches the phone to the dark theme', async () => {
    const { page, phone } = await openPanel()
    await page.getByText('深色').click()
    await expect.poll(() => phone.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  test('changes the size of the phone', async () => {
    const { page, phone } = await openPanel()
    await page.getByText('320 × 568').click()
    await expect
      .poll(() => phone.locator('html').evaluate(() => `${innerWidth}x${innerHeight}`))
      .toBe('320x568')
  })

  test('disconnects the network without a restart', async () => {
    const panel = await openPanel()
    await panel.phone.locator('#add').click()
    await panel.page.getByText('无网络').click()
    const networkType = () =>
      (window.weappPreview.wx.getNetworkType as () => Promise<{ networkType: string }>)().then(
        (r) => r.networkType,
      )
    await expect.poll(() => inPhone(panel, networkType)).toBe('none')
    expect(await panel.phone.locator('#count').textContent()).toBe('1')
  })

  test('makes wx.login fail', async () => {
    const panel = await openPanel()
    await panel.page.getByRole('combobox', { name: 'wx.login' }).selectOption('fail')
    const login = () =>
      (window.weappPreview.wx.login as () => Promise<object>)().then(
        () => 'ok',
        (failure: { errMsg: string }) => failure.errMsg,
      )
    await expect.poll(() => inPhone(panel, login)).toBe('login:fail internal error')
  })

  test('expires the session_key', async () => {
    const panel = await openPanel()
    await inPhone(panel, () => (window.weappPreview.wx.login as () => Promise<unknown>)())
    await panel.page.getByRole('button', { name: '使 session_key 过期' }).click()
    await panel.page.getByText('✓ 已过期').waitFor()
    const response = await fetch(`${panel.preview.url}/__simulator/check-session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appId, person: 'xiaoming' }),
    })
    expect(await response.json()).toEqual({ alive: false })
  })

  test('clears the storage of the current user', async () => {
    const panel = await openPanel()
    await inPhone(panel, () =>
      (window.weappPreview.wx.setStorageSync as (...values: unknown[]) => void)('k', 'v'),
    )
    await panel.page.getByRole('button', { name: '清除存储' }).click()
    const read = () => (window.weappPreview.wx.getStorageSync as (key: string) => unknown)('k')
    await expect.poll(() => inPhone(panel, read).catch(() => 'not yet')).toBe('')
  })

  test('restarts the mini program', async () => {
    const { page, phone } = await openPanel()
    await phone.locator('#add').click()
    await page.getByRole('button', { name: '重启' }).click()
    await expect.poll(() => phone.locator('#count').textContent()).toBe('0')
  })

  test.each([
    ['手机号按钮', 'phoneNumber'],
    ['拒绝提示', 'denial'],
    ['用户隐私保护指引', 'privacy'],
    ['内容审核', 'review'],
    ['版本更新', 'update'],
  ])('changes a setting of WeChat: %s', async (label, name) => {
    const { page } = await openPanel()
    const control = page.getByRole('combobox', { name: label })
    const values = await control
      .locator('option')
      .evaluateAll((nodes) => nodes.map((node) => (node as HTMLOptionElement).value))
    expect(values.length).toBeGreaterThan(2)
    for (const value of values.reverse()) {
      await control.selectOption(value)
      expect(
        await page.evaluate(
          (name) => JSON.parse(localStorage.getItem('weapp-preview:settings') ?? '{}')[name],
          name,
        ),
      ).toBe(value)
    }
    expect(await control.locator('option').allTextContents()).not.toContain('undefined')
  })

  test("clears the user's privacy consent", async () => {
    const panel = await openPanel()
    const needed = () =>
      (window.weappPreview.wx.getPrivacySetting as () => Promise<{ needAuthorization: boolean }>)().then(
        (result) => result.needAuthorization,
      )
    await panel.phone.locator('html').evaluate(() => {
      void (window.weappPreview.wx.setClipboardData as (options: object) => unknown)({ data: 'x' })
    })
    await panel.phone.getByRole('button', { name: '同意' }).click()
    await expect.poll(() => inPhone(panel, needed)).toBe(false)
    await panel.page.getByRole('button', { name: '清除隐私授权' }).click()
    await expect.poll(() => inPhone(panel, needed).catch(() => 'not yet')).toBe(true)
  })

  test.each([
    ['English', 'language', 'en'],
    ['最大', 'fontSizeSetting', 23],
  ] as const)('changes language and text size: %s', async (label, name, value) => {
    const panel = await openPanel()
    await panel.page.getByText(label, { exact: true }).click()
    const info = () => (window.weappPreview.wx.getAppBaseInfo as () => Record<string, unknown>)()
    await expect
      .poll(async () => (await inPhone(panel, info).catch(() => ({}) as Record<string, unknown>))[name])
      .toBe(value)
  })

  test("lists the phone's calls without secrets", async () => {
    const panel = await openPanel()
    const code = await inPhone(panel, () =>
      (window.weappPreview.wx.login as () => Promise<{ code: string }>)().then((result) => result.code),
    )
    const calls = panel.page.getByRole('region', { name: '调用记录' })
    await calls.getByText('login', { exact: true }).waitFor()
    expect(await calls.textContent()).not.toContain(code)
    await calls.getByRole('button', { name: '清空' }).click()
    expect(await calls.getByRole('listitem').count()).toBe(0)
  })

  test('is in English when the browser is not Chinese', async () => {
    const { page } = await openPanel({ locale: 'en-GB' })
    await page.getByRole('heading', { name: 'Mini program preview' }).waitFor()
    expect(await page.locator('aside').textContent()).not.toMatch(/undefined|当前用户|模拟故障/)
  })

  test('folds away in a narrow window', async () => {
    const { page } = await openPanel({ width: 390 })
    expect(await page.getByRole('heading', { name: '小程序预览' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: '展开面板' }).click()
    await page.getByRole('heading', { name: '小程序预览' }).waitFor()
    await page.getByRole('button', { name: '收起面板' }).click()
    await expect.poll(() => page.getByRole('heading', { name: '小程序预览' }).isVisible()).toBe(false)
  })
})
