import type { RefreshResult, ResponseBody } from '@repo/shared'
import type { UserEndpointKey } from './api/client.ts'
import { ApiProblem } from './api/problem.ts'

/** The operations that change a login method: they answer with new tokens, and the tokens from before are dead. */
export type ReissueKey = {
  [Key in UserEndpointKey]: ResponseBody<Key> extends RefreshResult ? Key : never
}[UserEndpointKey]

const reissueKeys: Record<ReissueKey, 1> = {
  'PUT /v1/me/password': 1,
  'PUT /v1/me/wechat': 1,
  'POST /v1/me/wechat/unbind': 1,
  'POST /v1/me/merge': 1,
  'POST /v1/me/phone': 1,
  'POST /v1/me/phone/delete': 1,
}

export const isReissue = (key: string): key is ReissueKey => key in reissueKeys

/** Whether the API may have done it all the same: its answer was lost, or says nothing about that. */
export const mayBeDone = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  (error.status === null || error.status >= 500 || error.code === 'unexpected_answer')
