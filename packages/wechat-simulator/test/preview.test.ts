import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { lacksChromium, launchChromium } from '@repo/tooling/chromium'
import { createPreview, startPreview } from '@repo/weapp-preview'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { app, type Simulator, startSimulator } from './start-test-simulator.ts'

/** A mini program that logs in and asks for the phone number, and shows what it received. */
const bundle = {
  'app.json': '{ "pages": ["index"], "window": { "navigationBarTitleText": "测试" } }',
  'app.js': 'App({})',
  'index.wxml': `<button id="login" bindtap="login">登录</button>
    <button id="check" bindtap="check">检查</button>
    <button id="phone" open-type="getPhoneNumber" bindgetphonenumber="phone">手机号</button>
    <text id="result">{{result}}</text>`,
  'index.js': `Page({
    data: { result: '' },
    show(value) { this.setData({ result: JSON.stringify(value) }) },
    login() { wx.login({ complete: (result) => this.show(result) }) },
    check() { wx.checkSession({ complete: (result) => this.show(result) }) },
    phone({ detail }) { this.show(detail) },
  })`,
}

async function writeBundle(): Promise<string> {
  const dist = await mkdtemp(join(tmpdir(), 'weapp-'))
  onTestFinished(() => rm(dist, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(bundle)) {
    await mkdir(dirname(join(dist, path)), { recursive: true })
    await writeFile(join(dist, path), text)
  }
  return dist
}

describe.skipIf(lacksChromium())('the preview with the simulator', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function openUrl(url: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce' })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(url)
    return page
  }

  async function startBoth(): Promise<{ simulator: Simulator; url: string }> {
    const simulator = await startSimulator()
    const preview = await startPreview({
      dist: await writeBundle(),
      appId: app.appId,
      simulatorUrl: simulator.url,
    })
    onTestFinished(preview.close)
    return { simulator, url: preview.url }
  }

  async function openPhone(search = ''): Promise<{ simulator: Simulator; page: Page }> {
    const { simulator, url } = await startBoth()
    const page = await openUrl(`${url}/phone?privacy=agreed${search}`)
    await page.locator('#login').waitFor()
    return { simulator, page }
  }

  /** Taps a button and resolves to what the mini program received. */
  async function tap(page: Page, id: string, then: () => Promise<void> = async () => {}) {
    await page.locator(id).click()
    await then()
    await expect.poll(() => page.locator('#result').textContent()).not.toBe('')
    return JSON.parse((await page.locator('#result').textContent()) ?? '')
  }
  const allow = (page: Page) => () => page.getByRole('button', { name: '允许' }).click()

  test('wx.login gets a code that a server exchanges for the openid of the current user', async () => {
    const { simulator, page } = await openPhone('&user=xiaohong')
    const { code } = await tap(page, '#login')
    const { openid } = await simulator.exchange(await simulator.login('xiaohong'))
    expect(await simulator.exchange(code)).toMatchObject({ openid, session_key: expect.any(String) })
  })

  test('wx.checkSession fails when the panel has expired the session_key', async () => {
    const { simulator, url } = await startBoth()
    await simulator.login('xiaoming')
    const panel = await openUrl(url)
    await panel.getByRole('button', { name: '使 session_key 过期' }).click()
    await panel.getByText('✓ 已过期').waitFor()
    expect(await simulator.isSessionKeyAlive('xiaoming')).toBe(false)
    const phone = await openUrl(`${url}/phone`)
    expect(await tap(phone, '#check')).toEqual({
      errMsg: 'checkSession:fail session time out, need relogin',
    })
  })

  test('the phone button gets a code that a server exchanges for the number', async () => {
    const { simulator, page } = await openPhone('&user=xiaohong')
    const { code } = await tap(page, '#phone', allow(page))
    expect(await simulator.callWechat('/wxa/business/getuserphonenumber', { code })).toMatchObject({
      phone_info: { phoneNumber: '12066600002' },
    })
  })

  test('the phone button also gets encryptedData when the user has a session_key', async () => {
    const { simulator, page } = await openPhone()
    await simulator.login('xiaoming')
    expect(await tap(page, '#phone', allow(page))).toEqual({
      errMsg: 'getPhoneNumber:ok',
      code: expect.any(String),
      encryptedData: expect.any(String),
      iv: expect.any(String),
    })
  })

  test('opening the mini program is a visit, after which WeChat checks texts of the user', async () => {
    const { simulator, url } = await startBoth()
    const { openid } = await simulator.exchange(await simulator.login('xiaohong'))
    const check = () =>
      simulator.callWechat('/wxa/msg_sec_check', { openid, scene: 1, version: 2, content: 'hello' })
    await simulator.control('POST', 'leave', { appId: app.appId, person: 'xiaohong' })
    expect(await check()).toMatchObject({ errcode: 61010 })

    await openUrl(`${url}/phone?user=xiaohong`)
    await expect.poll(check).toMatchObject({ errcode: 0 })
  })

  test('the panel sets and clears every server fault that it offers', async () => {
    const { simulator, url } = await startBoth()
    const panel = await openUrl(url)
    const fault = async () => (await simulator.control('GET', 'fault')).body.fault
    const server = panel.getByRole('combobox', { name: '微信服务器' })
    const names = await server
      .locator('option')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('value') ?? ''))
    expect(names.length).toBeGreaterThan(10)
    for (const name of [...names, 'none']) {
      await server.selectOption(name)
      await expect.poll(fault).toBe(name === 'none' ? null : name)
    }
  })

  test('wx.login fails when the simulator has stopped', async () => {
    const { simulator, page } = await openPhone()
    await simulator.close()
    expect(await tap(page, '#login')).toEqual({
      errMsg: `login:fail no WeChat simulator responds at ${simulator.url}`,
      errno: 4,
    })
  })

  test('the simulator serves the preview at its own URL when it is given as the fallback', async () => {
    const preview = createPreview({
      dist: await writeBundle(),
      appId: app.appId,
      simulatorUrl: 'http://127.0.0.1:9',
    })
    onTestFinished(preview.close)
    const simulator = await startSimulator({ fallback: preview.handle })
    const page = await openUrl(`${simulator.url}/phone`)
    const { code } = await tap(page, '#login')
    expect(await simulator.exchange(code)).toHaveProperty('openid')
  })
})
