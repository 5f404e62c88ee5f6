import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { heardBy, openAccount } from './account.ts'
import { callWx, closeSharedBrowser, openPhone, startTestPreview } from './phone.ts'

afterAll(closeSharedBrowser)

const open = () => openAccount({ search: '?privacy=declared' })
const denied = (name: string) => ({
  errMsg: `${name}:fail privacy permission is not authorized`,
  errno: 104,
})

/** Listens as a mini program does; `answer` resolves all waiting calls. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const waiting: ((answer: object) => void)[] = []
    const referrers: string[] = []
    const wx = window.weappPreview.wx as { onNeedPrivacyAuthorization(listener: unknown): void }
    wx.onNeedPrivacyAuthorization((resolve: (answer: object) => void, { referrer }: { referrer: string }) => {
      waiting.push(resolve)
      referrers.push(referrer)
    })
    Object.assign(window, { waiting, referrers })
  })
}
const referrers = (page: Page) =>
  page.evaluate(() => (window as unknown as { referrers: string[] }).referrers)
const answer = (page: Page, answer: object) =>
  page.evaluate((answer) => {
    const { waiting } = window as unknown as { waiting: ((answer: object) => void)[] }
    for (const resolve of waiting.splice(0)) resolve(answer)
  }, answer)

/** Begins, and does not wait. */
function start(
  page: Page,
  name: string,
  options: object = {},
): { outcome: Promise<object>; isDone(): boolean } {
  let done = false
  const outcome = callWx(page, name, options).finally(() => {
    done = true
  })
  return { outcome, isDone: () => done }
}

const setting = (page: Page) => callWx(page, 'getPrivacySetting')
const avatarSheet = (page: Page) => page.getByRole('dialog', { name: '选择头像' })

describe.skipIf(lacksChromium())('privacy consent', () => {
  test("is asked for once by WeChat's dialog when the mini program has no listener", async () => {
    const page = await open()
    expect(await setting(page)).toEqual({
      errMsg: 'getPrivacySetting:ok',
      needAuthorization: true,
      privacyContractName: '《试验小程序隐私保护指引》',
    })
    await page.locator('#avatar').click()
    const dialog = page.getByRole('dialog', { name: '用户隐私保护提示' })
    await dialog.getByRole('button', { name: '同意' }).click()
    await avatarSheet(page).waitFor()
    expect(await setting(page)).toMatchObject({ needAuthorization: false })
    await page.reload()
    expect(await setting(page)).toMatchObject({ needAuthorization: false })
  })

  test('is separate for each user', async () => {
    const preview = await startTestPreview()
    const page = await openPhone(preview, { search: '?user=xiaoming' })
    void callWx(page, 'setClipboardData', { data: 'x' })
    await page.getByRole('button', { name: '同意' }).click()
    await page.goto(`${preview.url}/phone?user=xiaohong`)
    expect(await setting(page)).toMatchObject({ needAuthorization: true })
  })

  test('is not asked for again right after the user denies: calls fail at once', async () => {
    const page = await open()
    const first = start(page, 'setClipboardData', { data: 'x' })
    await page.getByRole('button', { name: '拒绝' }).click()
    expect(await first.outcome).toEqual(denied('setClipboardData'))
    expect(await callWx(page, 'setClipboardData', { data: 'x' })).toEqual(denied('setClipboardData'))
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  test('shows the guide', async () => {
    const page = await open()
    await callWx(page, 'openPrivacyContract')
    const contract = page.getByRole('dialog', { name: '《试验小程序隐私保护指引》' })
    await contract.getByRole('button', { name: '关闭' }).click()
    await expect.poll(() => contract.count()).toBe(0)
  })

  test("is asked for by the mini program's listener, and all waiting calls continue together", async () => {
    const page = await open()
    await listen(page)
    await page.locator('#avatar').click()
    const copy = start(page, 'setClipboardData', { data: 'x' })
    await expect.poll(() => referrers(page)).toEqual(['button.chooseAvatar', 'setClipboardData'])
    await page.locator('#agree').click()
    expect((await heardBy(page)).map(({ type }) => type)).toEqual(['agreeprivacyauthorization'])
    expect([copy.isDone(), await avatarSheet(page).count()]).toEqual([false, 0])

    await answer(page, { event: 'agree', buttonId: 'agree' })
    expect(await copy.outcome).toEqual({ errMsg: 'setClipboardData:ok' })
    await avatarSheet(page).waitFor()
  })

  test('is not given when the listener agrees without a tap on the button', async () => {
    const page = await open()
    await listen(page)
    const copy = start(page, 'setClipboardData', { data: 'x' })
    await expect.poll(() => referrers(page)).toHaveLength(1)
    await answer(page, { event: 'agree', buttonId: 'agree' })
    expect(await copy.outcome).toEqual(denied('setClipboardData'))
    expect(await setting(page)).toMatchObject({ needAuthorization: true })
  })

  test('can be denied and is asked for again at the next call', async () => {
    const page = await open()
    await listen(page)
    await page.locator('#phone').click()
    await expect.poll(() => referrers(page)).toEqual(['button.getPhoneNumber'])
    await answer(page, { event: 'exposureAuthorization' })
    await answer(page, { event: 'disagree' })
    expect(await heardBy(page)).toEqual([])
    await page.locator('#phone').click()
    await expect.poll(() => referrers(page)).toHaveLength(2)
    await answer(page, { event: 'disagree' })
    await expect
      .poll(() => heardBy(page))
      .toEqual([{ type: 'getphonenumber', detail: denied('getPhoneNumber') }])
  })

  test('goes to the last listener', async () => {
    const page = await open()
    await listen(page)
    await page.evaluate(() => {
      const wx = window.weappPreview.wx as { onNeedPrivacyAuthorization(listener: unknown): void }
      wx.onNeedPrivacyAuthorization((resolve: (answer: object) => void) => resolve({ event: 'disagree' }))
    })
    expect(await callWx(page, 'setClipboardData', { data: 'x' })).toEqual(denied('setClipboardData'))
    expect(await referrers(page)).toEqual([])
  })

  test('is given by the tap that asks for a phone number', async () => {
    const page = await open()
    await listen(page)
    await page.locator('#both').click()
    await page
      .getByRole('dialog', { name: '获取并验证你的手机号' })
      .getByRole('button', { name: '允许' })
      .click()
    await expect
      .poll(async () => (await heardBy(page)).map(({ type }) => type))
      .toEqual(['agreeprivacyauthorization', 'getphonenumber'])
    expect(await referrers(page)).toEqual([])
    expect(await setting(page)).toMatchObject({ needAuthorization: false })
  })

  test('works with callbacks in wx.requirePrivacyAuthorize', async () => {
    const page = await open()
    const result = page.evaluate(
      () =>
        new Promise((resolve) => {
          const wx = window.weappPreview.wx as { requirePrivacyAuthorize(options?: object): unknown }
          const returned = wx.requirePrivacyAuthorize({
            success: ({ errMsg }: { errMsg: string }) => resolve([errMsg, returned === undefined]),
          })
        }),
    )
    await page.getByRole('dialog').getByRole('button', { name: '同意' }).click()
    expect(await result).toEqual(['requirePrivacyAuthorize:ok', true])
    await page.evaluate(() => {
      const wx = window.weappPreview.wx as { requirePrivacyAuthorize(): unknown }
      if (wx.requirePrivacyAuthorize() !== undefined) throw new Error('it has no promise')
    })
  })

  test('fails without a dialog when the operator has declared nothing', async () => {
    const page = await openAccount({ search: '?privacy=undeclared' })
    await listen(page)
    expect(await setting(page)).toMatchObject({ needAuthorization: false })
    const detail = (name: string) => ({
      errMsg: `${name}:fail api scope is not declared in the privacy agreement`,
      errno: 112,
    })
    expect(await callWx(page, 'setClipboardData', { data: 'x' })).toEqual(detail('setClipboardData'))
    await page.locator('#phone').click()
    await expect
      .poll(() => heardBy(page))
      .toEqual([{ type: 'getphonenumber', detail: detail('getPhoneNumber') }])
    expect(await referrers(page)).toEqual([])
  })
})

test.skipIf(lacksChromium())('wx.setClipboardData shows a toast when it has copied', async () => {
  const page = await openAccount()
  expect(await callWx(page, 'setClipboardData', { data: '我的资料' })).toEqual({
    errMsg: 'setClipboardData:ok',
  })
  expect(await page.getByRole('status').textContent()).toBe('内容已复制')
})
