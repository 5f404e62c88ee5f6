import type { WechatApp } from '../../config/wechat-apps.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The mini programs that this server is configured with. */
export type WechatApps = {
  /** The app of a client that sends no appId. */
  default: WechatApp
  /**
   * @param appId absent: the default app.
   * @throws ApiError `unknown_app`.
   */
  find(appId: string | undefined): WechatApp
}

export function createWechatApps(apps: [WechatApp, ...WechatApp[]]): WechatApps {
  return {
    default: apps[0],
    find(appId) {
      const app = appId === undefined ? apps[0] : apps.find((candidate) => candidate.appId === appId)
      if (!app) throw new ApiError('unknown_app', { detail: 'no configured WeChat app has this appId' })
      return app
    },
  }
}
