import type { WechatApp } from '../../config/wechat-apps.ts'
import { ApiError } from '../../utils/api-error.ts'

/** The mini programs that this server is configured with. */
export type WechatApps = {
  /** What a client that names none is taken for. */
  default: WechatApp
  /**
   * @param appId absent: the default.
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
