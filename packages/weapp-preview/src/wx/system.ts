import type { Bundle } from '../common/bundle.ts'
import { asyncApis } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { Router } from '../runtime/router.ts'
import type { Screen } from '../runtime/screen.ts'
import type { Theme } from '../runtime/theme.ts'
import { currentLanguage, readSettings } from '../shared/settings.ts'
import { baseLibraryVersion } from './base-library.ts'

export type SystemParts = { bundle: Bundle; theme: Theme; screen: Screen; router: Router; log: CallLog }

/** In px: what WeChat draws its own lists with. */
const textSizes = { standard: 16, large: 19, largest: 23 }

function textSize() {
  const fontSizeSetting = textSizes[readSettings().textSize]
  return { fontSizeSetting, fontSizeScaleFactor: fontSizeSetting / textSizes.standard }
}

/** What a mini program may know about the phone. */
export function createSystemApis({ bundle, theme, screen, router, log }: SystemParts) {
  const getDeviceInfo = () => ({
    brand: 'devtools',
    model: 'iPhone (preview)',
    system: 'iOS 17.5',
    platform: 'devtools',
    abi: '',
    benchmarkLevel: 50,
    cpuType: '',
    memorySize: 4096,
  })

  const getAppBaseInfo = () => ({
    SDKVersion: baseLibraryVersion,
    version: '8.0.50',
    language: currentLanguage(),
    enableDebug: false,
    ...textSize(),
    host: { env: 'WeChat', appId: 'wx3bf6fa5ad2a8fb85', version: 402_665_531 },
    ...(theme.isSupported && { theme: theme.name() }),
  })

  const getWindowInfo = () => {
    const { statusBarHeight, bottomInset } = screen
    const page = router.current()?.view.window.getBoundingClientRect()
    const screenTop = page?.top ?? statusBarHeight + 44
    const bottom = innerHeight - bottomInset
    return {
      pixelRatio: devicePixelRatio,
      screenWidth: innerWidth,
      screenHeight: innerHeight,
      windowWidth: innerWidth,
      windowHeight: page?.height ?? innerHeight - screenTop,
      statusBarHeight,
      screenTop,
      safeArea: {
        left: 0,
        right: innerWidth,
        top: statusBarHeight,
        bottom,
        width: innerWidth,
        height: bottom - statusBarHeight,
      },
    }
  }

  const getSystemSetting = () => ({
    bluetoothEnabled: false,
    locationEnabled: false,
    wifiEnabled: true,
    deviceOrientation: 'portrait',
  })
  const getSystemInfoSync = () => ({
    ...getDeviceInfo(),
    ...getWindowInfo(),
    ...getAppBaseInfo(),
    ...getSystemSetting(),
  })

  return {
    getDeviceInfo,
    getAppBaseInfo,
    getWindowInfo,
    getSystemSetting,
    getSystemInfoSync,
    ...asyncApis(log, { getSystemInfo: getSystemInfoSync, getSystemInfoAsync: getSystemInfoSync }),
    getAccountInfoSync: () => ({
      miniProgram: { appId: bundle.appId, envVersion: 'develop', version: '' },
      plugin: {},
    }),
    getMenuButtonBoundingClientRect: () => {
      const { left, top, right, bottom, width, height } = screen.capsule.getBoundingClientRect()
      return { left, top, right, bottom, width, height }
    },
  }
}
