import { type Handler, urlOf } from '@repo/tooling/local-http'
import { isWechatPath, type WechatPath, wechatPaths } from './wechat-paths.ts'

/** How often each path of WeChat was called, whatever the result. */
export type CallCounter = {
  /** Asked before the endpoints; never responds itself. */
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
