import type { IpAllowList } from '../domain/ip-allow-list.ts'
import type { App, WechatState } from '../domain/wechat-state.ts'

/** The app that proves itself with its AppSecret, or the errcode of the refusal. */
export function checkAppSecret(
  { state, ipAllowList }: { state: WechatState; ipAllowList: IpAllowList },
  { appId, secret, address }: { appId: string; secret: string; address: string },
): App | number {
  const app = state.app(appId)
  if (!app) return 40013
  if (secret !== app.secret) return 40125
  if (!ipAllowList.allows(address)) return 40164
  return app
}
