import type { RefreshResult, ResponseBody } from '@repo/shared'
import { ApiProblem } from './errors.ts'
import type { UserEndpointKey } from './http-client.ts'

/** The operations that change a login method: they answer with new tokens, and the tokens from before are dead. */
export type ReissueKey = {
  [Key in UserEndpointKey]: ResponseBody<Key> extends RefreshResult ? Key : never
}[UserEndpointKey]

/** Which they are; a test compares it with the contract, of which the mini program has the types alone. */
export const isReissue = (key: string): key is ReissueKey =>
  /^P\S+ \/v1\/me\/(password|merge|wechat(\/unbind)?|phone(\/delete)?)$/.test(key)

/** Whether the API may have done it all the same: its answer was lost, or says nothing about that. */
export const mayBeDone = (error: unknown): boolean =>
  error instanceof ApiProblem && Math.trunc(Number(error.status) / 100) !== 4
