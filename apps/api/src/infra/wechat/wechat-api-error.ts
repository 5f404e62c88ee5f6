import { ApiError } from '../../utils/api-error.ts'
import { OwnError } from '../../utils/safe-error.ts'
import { translateErrcode } from './errcodes.ts'
import type { WechatCallName } from './http.ts'

/** What went wrong at WeChat, safe to be logged: unlike undici's own errors it carries no URL, so no AppSecret. */
export class WechatFailure extends OwnError {
  readonly errcode: number | undefined
  /** WeChat's request id, with which its support finds the call. */
  readonly rid: string | undefined

  constructor(reason: string, answer: { errcode?: number; rid?: string | undefined } = {}) {
    super(reason)
    this.name = 'WechatFailure'
    this.errcode = answer.errcode
    this.rid = answer.rid
  }
}

/** There is no answer, or none that can be understood. */
export function unavailable(reason: string, retryAfterSeconds?: number): ApiError {
  return new ApiError('wechat_unavailable', {
    cause: new WechatFailure(reason),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** WeChat answered, and the answer is no. */
export function refused(call: WechatCallName, errcode: number, errmsg: string): ApiError {
  const { code, retryAfterSeconds, operatorMustAct } = translateErrcode(errcode, call)
  const rid = /rid: ([\da-f-]{1,40})/.exec(errmsg)?.[1]
  const reason = operatorMustAct
    ? 'WeChat refuses this server: check AppID, AppSecret, allow-list and quotas'
    : 'WeChat refused'
  return new ApiError(code, {
    cause: new WechatFailure(reason, { errcode, rid }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** WeChat's errcode behind an error of ours; `undefined` when it is not a refusal of WeChat's. */
export function errcodeOf(error: unknown): number | undefined {
  return error instanceof ApiError && error.cause instanceof WechatFailure ? error.cause.errcode : undefined
}
