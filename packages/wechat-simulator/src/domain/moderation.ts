import type { WechatState } from './wechat-state.ts'

/** WeChat's verdict on a text or an image: fine, harmful, or for a human to review. */
export type Verdict = 'pass' | 'risky' | 'review'
export const verdicts: readonly Verdict[] = ['pass', 'risky', 'review']

/** The verdict with its label: 100 is normal, 21000 is harmful without a more specific name. */
export const verdictOf = (suggest: Verdict) => ({ suggest, label: suggest === 'pass' ? 100 : 21000 })

/**
 * Both content checks need version 2, a known scene, and the openid of a user with a recent visit.
 * Returns the openid, or the errcode.
 */
export function validateAuthor(
  state: WechatState,
  appId: string,
  { version, scene, openid }: Readonly<Record<string, unknown>>,
): string | number {
  if (openid === undefined || openid === '') return 44002
  if (version !== 2 || typeof openid !== 'string') return 47001
  if (typeof scene !== 'number' || ![1, 2, 3, 4].includes(scene)) return 40129
  if (!state.userByOpenid(appId, openid)) return 40003
  return state.hasVisited(openid) ? openid : 61010
}
