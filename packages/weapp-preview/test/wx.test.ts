import { lacksChromium } from '@repo/tooling/chromium'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import type { LogEntry } from '../src/shared/log.ts'
import { wechatFunctionNames } from '../src/wx/wechat-function-names.ts'
import {
  appId,
  bodyOf,
  callWx,
  callWxSync,
  closeSharedBrowser,
  openPhone,
  startServer,
  startTestPreview,
  type WxFunctions,
} from './phone.ts'

afterAll(closeSharedBrowser)

const open = async (search = '') => openPhone(await startTestPreview(), { search })

const logOf = (page: Page): Promise<readonly LogEntry[]> => page.evaluate(() => window.weappPreview.log())

const typeOf = (page: Page, name: string): Promise<string> =>
  page.evaluate((name) => typeof window.weappPreview.wx[name], name)

describe.skipIf(lacksChromium())('the script sandbox', () => {
  test("hides the web's globals and rejects code from text", async () => {
    const page = await open('?path=pages/probe/index')
    const { looks, escapes } = JSON.parse((await page.locator('#seen').textContent()) ?? '')
    expect(Object.entries(looks).filter(([, type]) => type !== 'undefined')).toEqual([])
    expect(escapes).toEqual({
      eval: 'EvalError: eval is not allowed in a mini program',
      Function: 'EvalError: new Function is not allowed in a mini program',
      constructor: 'EvalError: new Function is not allowed in a mini program',
      asyncConstructor: 'EvalError: new Function is not allowed in a mini program',
      this: 'undefined',
      global: 'undefined',
      timer: 'function',
    })
  })
})

describe.skipIf(lacksChromium())('wx', () => {
  test('throws by name when a function is not supported', async () => {
    const page = await open()
    expect(await typeOf(page, 'scanCode')).toBe('function')
    await expect(callWx(page, 'scanCode', {})).rejects.toThrow('wx.scanCode is not imitated by the preview')
    await expect(callWxSync(page, 'getBatteryInfoSync')).rejects.toThrow(
      'wx.getBatteryInfoSync is not imitated',
    )
    expect((await logOf(page)).at(-1)?.title).toBe('wx.getBatteryInfoSync 未模拟 · is not imitated')
  })

  test('is undefined for a function that WeChat does not have', async () => {
    const page = await open()
    const names = await page.evaluate(() =>
      Object.entries(window.weappPreview.wx).flatMap(([name, value]) =>
        typeof value === 'function' ? [name] : [],
      ),
    )
    expect(names.filter((name) => !wechatFunctionNames.includes(name))).toEqual([])
    expect(await typeOf(page, 'getTheMoon')).toBe('undefined')
  })

  test('canIUse is true only for what is supported', async () => {
    const page = await open()
    const can = {
      login: true,
      request: true,
      uploadFile: true,
      'showModal.object.title': true,
      'button.loading': true,
      'button.open-type.chooseAvatar': true,
      'input.type.nickname': true,
    }
    const cannot = {
      scanCode: false,
      getTheMoon: false,
      map: false,
      'button.open-type.share': false,
    }
    for (const [schema, expected] of Object.entries({ ...can, ...cannot })) {
      expect(await callWxSync(page, 'canIUse', schema), schema).toBe(expected)
    }
  })

  test('uses callbacks or a promise, never both', async () => {
    const page = await open()
    const calls = await page.evaluate(async () => {
      const wx = window.weappPreview.wx as WxFunctions
      const heard: string[] = []
      const name = (label: string) => (result: { errMsg: string }) => heard.push(`${label} ${result.errMsg}`)
      const returned = wx.getStorage({ key: 'none', fail: name('fail'), complete: name('complete') })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await wx.getNetworkType()?.then(name('then'))
      await wx.getStorage({ key: 'none' })?.catch(name('catch'))
      return [returned === undefined, ...heard]
    })
    expect(calls).toEqual([
      true,
      'fail getStorage:fail data not found',
      'complete getStorage:fail data not found',
      'then getNetworkType:ok',
      'catch getStorage:fail data not found',
    ])
  })

  test("returns the app's and the device's information", async () => {
    const page = await open('?language=en')
    expect(await callWxSync(page, 'getAccountInfoSync')).toMatchObject({
      miniProgram: { appId, envVersion: 'develop' },
    })
    expect(await callWxSync(page, 'getAppBaseInfo')).toMatchObject({ language: 'en', theme: 'light' })
    expect(await callWxSync(page, 'getLaunchOptionsSync')).toMatchObject({
      path: 'pages/home/index',
      query: {},
      scene: 1001,
    })
  })
})

describe.skipIf(lacksChromium())('wx.login', () => {
  test('asks WeChat for a code of the current user', async () => {
    const received: unknown[] = []
    const simulatorUrl = await startServer(async (incoming, response) => {
      if (incoming.url === '/__simulator/login') received.push(JSON.parse(await bodyOf(incoming)))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"code":"code-of-xiaohong"}')
    })
    const page = await openPhone(await startTestPreview({ simulatorUrl }), { search: '?user=xiaohong' })
    expect(await callWx(page, 'login')).toEqual({ errMsg: 'login:ok', code: 'code-of-xiaohong' })
    expect(received).toEqual([{ appId, person: 'xiaohong' }])
  })

  test.each([
    ['?login=fail', { errMsg: 'login:fail internal error', errno: 4 }],
    ['?login=no-code', { errMsg: 'login:ok' }],
    ['?login=hang', { errMsg: 'login:fail timeout', errno: 5 }],
    ['?network=none', { errMsg: 'login:fail cgi failed for network issues', errno: 108 }],
    ['?user=unknown', { errMsg: expect.stringContaining('login:fail there is no user "unknown"'), errno: 4 }],
  ])('fails as the setting says: %s', async (search, result) => {
    expect(await callWx(await open(search), 'login', { timeout: 3_000 })).toEqual(result)
  })

  test('logs neither code nor session_key', async () => {
    const page = await open()
    const { code } = await callWx(page, 'login')
    expect(JSON.stringify(await logOf(page))).not.toContain(String(code))
    expect(await logOf(page)).toContainEqual(expect.objectContaining({ title: 'login', outcome: 'ok' }))
  })
})

test.skipIf(lacksChromium())('wx.checkSession fails when the session_key has expired', async () => {
  const preview = await startTestPreview()
  const page = await openPhone(preview)
  const dead = { errMsg: 'checkSession:fail session time out, need relogin' }
  expect(await callWx(page, 'checkSession')).toEqual(dead)
  await callWx(page, 'login')
  expect(await callWx(page, 'checkSession')).toEqual({ errMsg: 'checkSession:ok' })

  await fetch(`${preview.url}/__simulator/expire-session-key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appId, person: 'xiaoming' }),
  })
  expect(await callWx(page, 'checkSession')).toEqual(dead)
})
