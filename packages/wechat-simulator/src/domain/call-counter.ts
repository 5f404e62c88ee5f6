import { type Handler, urlOf } from '@repo/tooling/local-http'
import { isWechatPath, type WechatPath, wechatPaths } from './wechat-paths.ts'

/** How often each of WeChat's paths was called, however the call ended. */
export type CallCounter = {
  /** Stands before the endpoints and answers nothing itself. */
  handle: Handler
  counts(): Record<WechatPath, number>
}

export function createCallCounter(): CallCounter {
  const counts = Object.fromEntries(wechatPaths.map((path) => [path, 0])) as Record<WechatPath, number>

  return {
    async handle(request) {
      const { pathname } = urlOf(request)
      if (isWechatPath(pathname)) counts[pathname] += 1
      return false
    },
    counts: () => ({ ...counts }),
  }
}
