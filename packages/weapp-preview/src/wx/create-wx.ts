import type { Bundle } from '../common/bundle.ts'
import type { AppEvents } from '../runtime/app-events.ts'
import { asyncApis } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { Router } from '../runtime/router.ts'
import type { Screen } from '../runtime/screen.ts'
import type { TabBar } from '../runtime/tab-bar.ts'
import type { TemporaryFiles } from '../runtime/temporary-files.ts'
import type { Theme } from '../runtime/theme.ts'
import { createUserFiles, userDataPath } from '../runtime/user-files.ts'
import { currentLanguage, readSettings } from '../shared/settings.ts'
import type { Privacy } from '../sheets/privacy.ts'
import { createCanIUse } from './can-i-use.ts'
import { createDialogs } from './dialogs.ts'
import { createFileSystemApi } from './file-system.ts'
import { createImageInfo } from './image-info.ts'
import { createLoginApis } from './login.ts'
import { createMakePhoneCall } from './make-phone-call.ts'
import { createNavigationApis } from './navigation.ts'
import type { NetworkState } from './network-task.ts'
import { createPrivacyApis } from './privacy.ts'
import { createRequestApi } from './request.ts'
import { createShareFile } from './share-file.ts'
import { createStorageApis } from './storage.ts'
import { createSystemApis } from './system.ts'
import { createTabBarApis } from './tab-bar.ts'
import { createToast } from './toast.ts'
import { createUpdateManagerApi } from './update-manager.ts'
import { createUploadApi } from './upload.ts'
import { wechatFunctionNames } from './wechat-function-names.ts'

export type WxParts = {
  bundle: Bundle
  router: Router
  tabBar: TabBar
  theme: Theme
  screen: Screen
  log: CallLog
  events: AppEvents
  files: TemporaryFiles
  privacy: Privacy
  imageUrl: (source: string) => string
  launchOptions: object
  /** A cold start without `update` in the URL. */
  restart: () => void
}

const defaultTimeoutMs = 60_000

/**
 * The `wx` of a mini program. What WeChat has and the preview does not imitate is there too, and throws when it is
 * called: a page that needs it fails here, visibly, instead of on a phone. What WeChat does not have is undefined.
 */
export function createWx(parts: WxParts): Record<string, unknown> {
  const { bundle, router, tabBar, theme, screen, log, events, files, privacy, launchOptions } = parts
  const network = networkOf(bundle)
  const toast = createToast(screen.overlay)
  const allFiles = { temporary: files, user: createUserFiles(bundle.appId, readSettings().user) }
  const page = () =>
    router.current()?.instance as Record<string, (...values: unknown[]) => unknown> | undefined

  const imitated: Record<string, unknown> = {
    ...createLoginApis({ appId: bundle.appId, settings: readSettings }, log),
    ...createStorageApis(bundle.appId, readSettings().user, log),
    ...createNavigationApis(router, log),
    ...createTabBarApis(tabBar, router, log),
    ...createSystemApis({ bundle, theme, screen, router, log }),
    ...asyncApis(log, {
      ...toast,
      ...createDialogs(screen.overlay),
      makePhoneCall: createMakePhoneCall(screen.overlay),
      getImageInfo: createImageInfo(parts.imageUrl),
      shareFileMessage: createShareFile(screen.overlay, allFiles, log),
      setClipboardData: async ({ data }) => {
        await privacy.require('setClipboardData')
        await navigator.clipboard?.writeText(String(data)).catch(() => {})
        toast.showToast({ title: currentLanguage() === 'en' ? 'Copied' : '内容已复制' })
      },
    }),
    ...createPrivacyApis(privacy, log),
    ...events.apis,
    request: createRequestApi(log, network),
    uploadFile: createUploadApi(log, network, files),
    getFileSystemManager: createFileSystemApi(allFiles, log),
    getLaunchOptionsSync: () => launchOptions,
    getEnterOptionsSync: () => launchOptions,
    getUpdateManager: createUpdateManagerApi(parts.restart),
    nextTick: (run: () => void) => void Promise.resolve().then(run),
    createSelectorQuery: () => page()?.createSelectorQuery?.(),
    createIntersectionObserver: (component: unknown, options: unknown) =>
      (component as ReturnType<typeof page>)?.createIntersectionObserver?.(options),
    env: { USER_DATA_PATH: userDataPath },
  }
  imitated.canIUse = createCanIUse(imitated)

  const missing = wechatFunctionNames.filter((name) => !(name in imitated))
  return { ...Object.fromEntries(missing.map((name) => [name, missingFunction(name, log)])), ...imitated }
}

function networkOf({ configs }: Bundle): NetworkState {
  const timeouts = (configs.app?.networkTimeout ?? {}) as Record<string, unknown>
  return {
    type: () => readSettings().network,
    defaultTimeoutMs: (name) => {
      const timeoutMs = timeouts[name]
      return typeof timeoutMs === 'number' ? timeoutMs : defaultTimeoutMs
    },
  }
}

function missingFunction(name: string, log: CallLog) {
  return () => {
    log.error(`wx.${name} 未模拟 · is not imitated`)
    throw new Error(
      `wx.${name} is not imitated by the preview (预览未模拟 wx.${name}); try it in WeChat DevTools`,
    )
  }
}
