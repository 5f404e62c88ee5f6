import type { Config } from '../../config/config.ts'
import type { ModerationVerdict } from '../../infra/wechat/content-check.ts'
import { errcodeOf } from '../../infra/wechat/wechat-api-error.ts'

export type ModerationPolicy = Pick<Config, 'contentCheck' | 'contentReview'>

/** What becomes of content with this verdict; `null` where WeChat gave none. WeChat leaves `review` to a human. */
export function outcomeOf(
  suggest: ModerationVerdict | null,
  { contentCheck, contentReview }: ModerationPolicy,
): 'accepted' | 'rejected' | 'queued' {
  if (suggest === 'pass') return 'accepted'
  if (suggest === 'review' && contentReview === 'queue') return 'queued'
  return suggest === null && contentCheck === 'accept' ? 'accepted' : 'rejected'
}

/** "user has not visited the mini program in two hours", and an openid that WeChat does not know, or no longer. */
const visitErrcodes = new Set<number | undefined>([61010, 40003])

/** Whether another call is of no use before the user opens the mini program again. */
export const requiresRecentVisit = (error: unknown): boolean => visitErrcodes.has(errcodeOf(error))
