import { ApiError } from '../../utils/api-error.ts'
import { SafeError } from '../../utils/safe-error.ts'
import { translateErrcode, type WechatCallName } from './errcodes.ts'

/** An error at WeChat that is safe to log: unlike undici's errors it carries no URL, so no AppSecret. */
export class WechatApiError extends SafeError {
  readonly errcode: number | undefined
  /** WeChat's request id, by which WeChat's support finds the call. */
  readonly rid: string | undefined

  constructor(reason: string, response: { errcode?: number; rid?: string | undefined } = {}) {
    super(reason)
    this.name = 'WechatApiError'
    this.errcode = response.errcode
    this.rid = response.rid
  }
}

/** WeChat did not respond, or the response is invalid. */
export function wechatUnavailable(reason: string, retryAfterSeconds?: number): ApiError {
  return new ApiError('wechat_unavailable', {
    cause: new WechatApiError(reason),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** WeChat rejected the call with an errcode. */
export function wechatError(call: WechatCallName, errcode: number, errmsg: string): ApiError {
  const { code, retryAfterSeconds, needsOperator } = translateErrcode(errcode, call)
  const rid = /rid: ([\da-f-]{1,40})/.exec(errmsg)?.[1]
  const reason = needsOperator
    ? 'WeChat rejects this server: check AppID, AppSecret, allow-list and quotas'
    : 'WeChat rejected the call'
  return new ApiError(code, {
    cause: new WechatApiError(reason, { errcode, rid }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** The errcode behind an `ApiError`; `undefined` when WeChat did not reject the call. */
export function errcodeOf(error: unknown): number | undefined {
  return error instanceof ApiError && error.cause instanceof WechatApiError ? error.cause.errcode : undefined
}
