import { useEffect, useRef } from 'react'
import { vi } from 'vitest'

/** What the tests of pages and of the platform need of @tarojs/taro: promises as Taro makes them, recorded. */
const Taro = {
  login: vi.fn(async (_options?: object) => ({ code: 'a code', errMsg: 'login:ok' })),
  checkSession: vi.fn(async () => ({ errMsg: 'checkSession:ok' })),
  uploadFile: vi.fn((_options: object): Promise<object> => Promise.resolve({})),
  onNetworkStatusChange: vi.fn((_listener: (status: { isConnected: boolean }) => void) => {}),
  getNetworkType: vi.fn(async () => ({ networkType: 'wifi' })),
  onNeedPrivacyAuthorization: vi.fn((_listener: (resolve: (answer: object) => void) => void) => {}),
  openPrivacyContract: vi.fn(),
  canIUse: vi.fn((_name: string) => true),
  getUpdateManager: vi.fn(() => ({ onUpdateReady: vi.fn(), applyUpdate: vi.fn() })),
  request: vi.fn(async (_options: object): Promise<object> => ({})),
  getStorageSync: vi.fn((_key: string): unknown => ''),
  setStorageSync: vi.fn(),
  removeStorageSync: vi.fn(),
  getDeviceInfo: vi.fn((): { model?: string; system?: string } => ({ model: 'Phone', system: 'OS 1' })),
  getAppBaseInfo: vi.fn((): { language?: string; fontSizeSetting?: number } => ({ language: 'zh_CN' })),
  getAccountInfoSync: vi.fn((): { miniProgram?: { appId?: string } } => ({ miniProgram: { appId: 'wx1' } })),
  getCurrentPages: vi.fn((): { route?: string }[] => []),
  navigateTo: vi.fn(async (_options: { url: string }) => ({})),
  navigateBack: vi.fn(async (_options: { delta: number }) => ({})),
  redirectTo: vi.fn(async (_options: { url: string }) => ({})),
  switchTab: vi.fn(async (_options: { url: string }) => ({})),
  setNavigationBarTitle: vi.fn(async (_options: { title: string }) => ({})),
  setTabBarItem: vi.fn(async (_options: { index: number; text: string }) => ({})),
  showToast: vi.fn(async (_options: { title: string }) => ({})),
  showModal: vi.fn(async (_options: object) => ({ confirm: true })),
}

// biome-ignore lint/style/noDefaultExport: as the module that it stands in for
export default Taro

/** Taro calls back once, when the page is there. */
function useOnce(callback: () => void): void {
  const first = useRef(callback)
  useEffect(() => first.current(), [])
}

export const useLoad = useOnce
export const useLaunch = useOnce
export const useDidShow = useOnce
/** In these tests a page goes only when it is taken down. */
export const useDidHide = (_callback: () => void): void => {}
export function useUnload(callback: () => void): void {
  const latest = useRef(callback)
  latest.current = callback
  useEffect(() => () => latest.current(), [])
}
