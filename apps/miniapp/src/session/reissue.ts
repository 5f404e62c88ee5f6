import type { RefreshResult, ResponseBody } from '@repo/shared'
import { ApiError } from './errors.ts'
import type { UserEndpointKey } from './http-client.ts'

/** Operations that change a login method: they return new tokens and invalidate the old ones. */
export type ReissueKey = {
  [Key in UserEndpointKey]: ResponseBody<Key> extends RefreshResult ? Key : never
}[UserEndpointKey]

/** A test compares this pattern with the contract, of which the mini program imports types alone. */
export const isReissue = (key: string): key is ReissueKey =>
  /^P\S+ \/v1\/me\/(password|merge|wechat(\/unbind)?|phone(\/delete)?)$/.test(key)

/** Whether the API may have applied the change although the request failed, as after a timeout. */
export const mayHaveSucceeded = (error: unknown): boolean =>
  error instanceof ApiError && Math.trunc(Number(error.status) / 100) !== 4
