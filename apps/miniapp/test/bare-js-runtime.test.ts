import { readFileSync } from 'node:fs'
import { expect, inject, it } from 'vitest'
import { strings as loginStrings } from '../src/account/login/strings.ts'
import { zhCn } from '../src/i18n/zh-cn.ts'
import { createBareJsRuntime } from './bare-js-runtime.ts'
import { bundledApis } from './bundle-environment.ts'

type Callbacks = { success?: (result: object) => void; fail?: (failure: object) => void }

/** Nothing but what WeChat documents for base library 2.32.3, answering by callbacks alone; requests hang. */
function documentedWx(storage: Record<string, unknown> = {}) {
  const requests: string[] = []
  const wx = {
    getStorageSync: (key: string) => storage[key] ?? '',
    setStorageSync: (key: string, value: unknown) => void Object.assign(storage, { [key]: value }),
    removeStorageSync: (key: string) => void delete storage[key],
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef', envVersion: 'release' } }),
    getAppBaseInfo: () => ({ SDKVersion: '2.32.3', language: 'zh_CN', version: '8.0.42', theme: 'light' }),
    getDeviceInfo: () => ({ brand: 'HUAWEI', model: 'P30', system: 'Android 10', platform: 'android' }),
    getWindowInfo: () => ({ pixelRatio: 2, screenWidth: 375, windowWidth: 375, windowHeight: 600 }),
    getSystemInfoSync: () => ({
      SDKVersion: '2.32.3',
      language: 'zh_CN',
      screenWidth: 375,
      windowWidth: 375,
    }),
    canIUse: () => false,
    nextTick: (callback: () => void) => void setTimeout(callback),
    login: ({ success }: Callbacks) => void success?.({ errMsg: 'login:ok', code: 'a-code' }),
    checkSession: ({ success }: Callbacks) => void success?.({ errMsg: 'checkSession:ok' }),
    request({ url }: { url: string }) {
      requests.push(url)
      return { abort() {} }
    },
    onNetworkStatusChange: () => {},
    getNetworkType: ({ success }: Callbacks) => void success?.({ networkType: 'wifi' }),
    onNeedPrivacyAuthorization: () => {},
    setNavigationBarTitle: ({ success }: Callbacks) => void success?.({}),
    setTabBarItem: ({ success }: Callbacks) => void success?.({}),
  }
  return { wx, requests }
}

const folder = inject('bundleFolder')

it('starts with only the documented wx functions and shows the home page', async () => {
  const { wx, requests } = documentedWx()
  const runtime = createBareJsRuntime(folder, wx)
  runtime.launch()
  const home = runtime.open('pages/home/index')
  await expect.poll(home.shown).toContain(zhCn.home.greetGuest)
  expect(requests).toEqual([])
  expect(runtime.errors).toEqual([])
})

it.each(pagesOfBundle())('opens %s', async (route) => {
  const runtime = createBareJsRuntime(folder, documentedWx().wx)
  runtime.launch()
  const page = runtime.open(route)
  await expect.poll(page.shown).toMatch(/"v":"[^"]*\p{Script=Han}/u)
  expect(runtime.errors).toEqual([])
})

it('uses no other wx property', async () => {
  const absent = new Set<string>()
  const wx = new Proxy<Record<string, unknown>>(documentedWx().wx, {
    get(target, name) {
      if (!(name in target)) absent.add(String(name))
      return target[name as string]
    },
  })
  const runtime = createBareJsRuntime(folder, wx)
  runtime.launch()
  const home = runtime.open('pages/home/index')
  await expect.poll(home.shown).toContain(zhCn.home.greetGuest)
  // webpack keeps its chunks there, and Taro takes over what is there of the other two.
  expect([...absent].sort()).toEqual(['cloud', 'env', 'webpackJsonp'])
})

it.each([
  'canIUse',
  'getAccountInfoSync',
  'getAppBaseInfo',
  'getDeviceInfo',
  'getNetworkType',
  'getSystemInfoSync',
  'getUpdateManager',
  'getWindowInfo',
  'nextTick',
  'onNeedPrivacyAuthorization',
  'onNetworkStatusChange',
])('starts without wx.%s', async (name) => {
  const runtime = createBareJsRuntime(folder, { ...documentedWx().wx, [name]: undefined })
  runtime.launch()
  const home = runtime.open('pages/home/index')
  await expect.poll(home.shown).toContain(zhCn.home.greetGuest)
  expect(runtime.errors).toEqual([])
})

it('greets the user of a stored session before any response', async () => {
  const { wx } = documentedWx({ [`session ${bundledApis.release}`]: livingSession })
  const runtime = createBareJsRuntime(folder, wx)
  runtime.launch()
  const home = runtime.open('pages/home/index')
  await expect.poll(home.shown).toContain(zhCn.home.greetUser('小红'))
  expect(runtime.errors).toEqual([])
})

const silent = [
  'getAccountInfoSync',
  'getAppBaseInfo',
  'getDeviceInfo',
  'getUpdateManager',
  'canIUse',
] as const
const answers = {
  nothing: () => undefined,
  null: () => null,
  'an error': () => {
    throw new Error('not supported')
  },
}

it.each(
  silent.flatMap((name) => Object.entries(answers).map(([what, answer]) => [name, what, answer] as const)),
)('starts when wx.%s returns %s', async (name, _what, answer) => {
  // Without an update manager, one is asked for only where WeChat claims to have it.
  const wx = { ...documentedWx().wx, canIUse: () => true, [name]: answer }
  const runtime = createBareJsRuntime(folder, wx)
  runtime.launch()
  const home = runtime.open('pages/home/index')
  await expect.poll(home.shown).toContain(zhCn.home.greetGuest)
  const login = runtime.open('account/login/index')
  await expect.poll(login.shown).toContain(loginStrings.zh_CN.button)
  expect(runtime.errors).toEqual([])
})

it.each(['getStorageSync', 'setStorageSync', 'removeStorageSync'])(
  'starts when wx.%s throws',
  async (name) => {
    const runtime = createBareJsRuntime(folder, { ...documentedWx().wx, [name]: answers['an error'] })
    runtime.launch()
    const home = runtime.open('pages/home/index')
    await expect.poll(home.shown).toContain(zhCn.home.greetGuest)
    expect(runtime.errors).toEqual([])
  },
)

it('loads the user at launch, and nothing for a guest', async () => {
  const { wx, requests } = documentedWx({ [`session ${bundledApis.release}`]: livingSession })
  createBareJsRuntime(folder, wx).launch()
  await expect.poll(() => requests).toEqual([`${bundledApis.release}/v1/me`])
})

it.each([
  ['account/profile/index', true],
  ['account/password-login/index', false],
])('sends nothing back to the field of %s while the user types 32 letters', async (route, isLoggedIn) => {
  const storage = isLoggedIn ? { [`session ${bundledApis.release}`]: livingSession } : {}
  const runtime = createBareJsRuntime(folder, documentedWx(storage).wx)
  runtime.launch()
  const page = runtime.open(route)
  await expect.poll(page.shown).toContain('field__input')
  // What else the page draws after its first rendering.
  await new Promise((resolve) => setTimeout(resolve, 200))
  const before = page.updates()
  for (const length of Array(32).keys()) {
    page.tell('field__input', 'input', { value: 'a'.repeat(length + 1) })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(page.updates() - before).toBe(0)
  expect(runtime.errors).toEqual([])
})

function pagesOfBundle(): string[] {
  const { pages, subPackages = [] } = JSON.parse(readFileSync(`${folder}/app.json`, 'utf8')) as {
    pages: string[]
    subPackages?: { root: string; pages: string[] }[]
  }
  return [...pages, ...subPackages.flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`))]
}

const livingSession = {
  version: 1,
  accessToken: 'an-access-token',
  accessTokenExpiresAt: new Date(Date.now() + 600_000).toISOString(),
  refreshToken: 'a-refresh-token',
  clockOffsetMs: 0,
  user: {
    id: '00000000-0000-7000-8000-000000000000',
    nickname: '小红',
    avatarUrl: null,
    gender: null,
    birthday: null,
    phoneMasked: null,
    username: null,
    level: 0,
    levelDescription: '普通用户',
    registeredAt: '2026-01-01T00:00:00.000Z',
    lastLoginAt: '2026-01-01T00:00:00.000Z',
  },
  loginMethod: 'wechat',
  sessionKeyStale: false,
}
