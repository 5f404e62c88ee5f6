import { useEffect, useRef } from 'react'
import { vi } from 'vitest'

type WithCallbacks = { success: () => void; fail: (failure: { errMsg: string }) => void }

/** WeChat's file system, which has callbacks only. */
const fileSystem = {
  writeFile: vi.fn((options: WithCallbacks & { data: string }) => options.success()),
  unlink: vi.fn((options: WithCallbacks) => options.success()),
}

/** The part of @tarojs/taro that the tests need. */
const Taro = {
  login: vi.fn(async (_options?: object) => ({ code: 'a code', errMsg: 'login:ok' })),
  checkSession: vi.fn(async () => ({ errMsg: 'checkSession:ok' })),
  uploadFile: vi.fn((_options: object): Promise<object> => Promise.resolve({})),
  onNetworkStatusChange: vi.fn((_listener: (status: { isConnected: boolean }) => void) => {}),
  getNetworkType: vi.fn(async () => ({ networkType: 'wifi' })),
  onNeedPrivacyAuthorization: vi.fn(
    (_listener: (resolve: (answer: object) => void, info: { referrer: string }) => void) => {},
  ),
  openPrivacyContract: vi.fn(),
  getPrivacySetting: vi.fn((_options: { success: (setting: object) => void }) => {}),
  canIUse: vi.fn((_name: string) => true),
  getUpdateManager: vi.fn(() => ({ onUpdateReady: vi.fn(), applyUpdate: vi.fn() })),
  request: vi.fn(async (_options: object): Promise<object> => ({})),
  getStorageSync: vi.fn((_key: string): unknown => ''),
  setStorageSync: vi.fn(),
  removeStorageSync: vi.fn(),
  getDeviceInfo: vi.fn((): { model?: string; system?: string } => ({ model: 'Phone', system: 'OS 1' })),
  getAppBaseInfo: vi.fn((): { language?: string; fontSizeSetting?: number; theme?: 'light' | 'dark' } => ({
    language: 'zh_CN',
  })),
  getAccountInfoSync: vi.fn((): { miniProgram?: { appId?: string; envVersion?: string } } => ({
    miniProgram: { appId: 'wx1', envVersion: 'develop' },
  })),
  getCurrentPages: vi.fn((): { route?: string }[] => []),
  navigateTo: vi.fn(async (_options: { url: string }) => ({})),
  navigateBack: vi.fn(async (_options: { delta: number }) => ({})),
  redirectTo: vi.fn(async (_options: { url: string }) => ({})),
  switchTab: vi.fn(async (_options: { url: string }) => ({})),
  setNavigationBarTitle: vi.fn(async (_options: { title: string }) => ({})),
  setTabBarItem: vi.fn(async (_options: { index: number; text: string }) => ({})),
  showToast: vi.fn(async (_options: { title: string }) => ({})),
  showActionSheet: vi.fn((_options: { itemList: string[] }): Promise<{ tapIndex: number }> => {
    return Promise.reject({ errMsg: 'showActionSheet:fail cancel' })
  }),
  setClipboardData: vi.fn(async (_options: { data: string }) => ({})),
  makePhoneCall: vi.fn(async (_options: { phoneNumber: string }) => ({})),
  env: { USER_DATA_PATH: 'wxfile://usr' },
  getFileSystemManager: vi.fn(() => fileSystem),
  shareFileMessage: vi.fn(async (options: WithCallbacks) => options.success()),
  showModal: vi.fn(async (_options: object) => ({ confirm: true })),
}

// biome-ignore lint/style/noDefaultExport: as in the real module
export default Taro

/** Taro calls back once, on mount. */
function useOnce(callback: () => void): void {
  const first = useRef(callback)
  useEffect(() => first.current(), [])
}

export const useLoad = useOnce
export const useLaunch = useOnce

const shown = new Set<() => void>()
const hidden = new Set<() => void>()

/** Another page covers the rendered one and closes again. */
export function leaveAndReturn(): void {
  pages.hide()
  pages.show()
}

/** WeChat's events for all pages; a new page gets its first `show` by itself. */
export const pages = {
  show: () => shown.forEach((callback) => void callback()),
  hide: () => hidden.forEach((callback) => void callback()),
}

export function useDidShow(callback: () => void): void {
  useOnce(callback)
  useHeard(shown, callback)
}
export const useDidHide = (callback: () => void): void => useHeard(hidden, callback)

function useHeard(callbacks: Set<() => void>, callback: () => void): void {
  const latest = useRef(callback)
  latest.current = callback
  useEffect(() => {
    const call = () => latest.current()
    callbacks.add(call)
    return () => void callbacks.delete(call)
  }, [callbacks])
}

export function useUnload(callback: () => void): void {
  const latest = useRef(callback)
  latest.current = callback
  useEffect(() => () => latest.current(), [])
}
