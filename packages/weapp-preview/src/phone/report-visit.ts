import { callWechat } from '../runtime/wechat-client.ts'

/** Opening a mini program is a visit: for two hours WeChat checks this user's texts and images. */
export function reportVisit(appId: string, user: string): void {
  // A failed report shows at the content check that needs it.
  callWechat('POST', 'visit', { appId, user }).catch(() => undefined)
}
