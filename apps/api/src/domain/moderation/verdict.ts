import type { Config } from '../../config/config.ts'
import type { ModerationVerdict } from '../../infra/wechat/content-check.ts'
import { errcodeOf } from '../../infra/wechat/wechat-api-error.ts'

/**
 * Whether content must not be shown; `null` where WeChat gave no verdict. WeChat leaves `review` to a human reviewer. This
 * product has no reviewers, so it counts as content that could not be checked.
 */
export const isRejected = (
  suggest: ModerationVerdict | null,
  contentCheck: Config['contentCheck'],
): boolean => suggest === 'risky' || (suggest !== 'pass' && contentCheck === 'refuse')

/** "user has not visited the mini program in two hours", and an openid that WeChat does not know, or no longer. */
const visitErrcodes = new Set<number | undefined>([61010, 40003])

/** Whether another call is of no use before the user opens the mini program again. */
export const requiresRecentVisit = (error: unknown): boolean => visitErrcodes.has(errcodeOf(error))
