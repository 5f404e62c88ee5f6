import type { App } from '../domain/app.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import type { WechatState } from '../domain/wechat-state.ts'

/** The app of a valid AppSecret, or the errcode. */
export function authenticateApp(
  { state, ipAllowList }: { state: WechatState; ipAllowList: IpAllowList },
  { appId, secret, ip }: { appId: string; secret: string; ip: string },
): App | number {
  const app = state.app(appId)
  if (!app) return 40013
  if (secret !== app.secret) return 40125
  if (!ipAllowList.allows(ip)) return 40164
  return app
}
