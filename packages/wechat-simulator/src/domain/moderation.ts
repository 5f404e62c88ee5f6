import type { JsonBody } from '../wechat-api/json-body.ts'
import type { WechatState } from './wechat-state.ts'

/** What WeChat thinks of a text or a picture: fine, harmful, or for a human to look at. */
export type Verdict = 'pass' | 'risky' | 'review'
export const verdicts: readonly Verdict[] = ['pass', 'risky', 'review']

/** The label that WeChat gives with its verdict: 100 is normal, 21000 is harmful in a way that has no name of its own. */
export const verdictOf = (suggest: Verdict) => ({ suggest, label: suggest === 'pass' ? 100 : 21000 })

/**
 * What both content checks ask for: version 2, a known scene, and the openid of somebody who has the mini program open.
 * Returns the openid, or the errcode of the refusal.
 */
export function validateAuthor(
  state: WechatState,
  appId: string,
  { version, scene, openid }: JsonBody,
): string | number {
  if (openid === undefined || openid === '') return 44002
  if (version !== 2 || typeof openid !== 'string') return 47001
  if (typeof scene !== 'number' || ![1, 2, 3, 4].includes(scene)) return 40129
  if (!state.userByOpenid(appId, openid)) return 40003
  return state.hasVisited(openid) ? openid : 61010
}
