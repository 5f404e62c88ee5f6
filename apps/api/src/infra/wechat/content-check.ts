import type { WechatApp } from '../../config/wechat-apps.ts'
import type { AuthorizedCall } from './authorized-call.ts'
import { isNonEmptyString } from './http.ts'
import { errcodeOf, wechatUnavailable } from './wechat-api-error.ts'

/** WeChat's verdict on a text or an image: fine, harmful, or needs a human review. */
export type ModerationVerdict = 'pass' | 'risky' | 'review'
const verdicts: readonly unknown[] = ['pass', 'risky', 'review'] satisfies ModerationVerdict[]
const isVerdict = (value: unknown): value is ModerationVerdict => verdicts.includes(value)

/** @property traceId WeChat's id of the check; `null` where it gave none. */
export type TextVerdict = { suggest: ModerationVerdict; traceId: string | null }

export type ContentChecks = {
  /**
   * Checks a text of a user's profile.
   *
   * @throws ApiError see `errcodes.ts`; with errcode 61010 when the user has not opened the mini program for two hours.
   */
  checkText(app: WechatApp, content: { openid: string; text: string }): Promise<TextVerdict>
  /**
   * Lets WeChat check an image that it can download; the verdict arrives later by message push.
   *
   * @returns the trace_id that the verdict will carry.
   */
  checkImage(app: WechatApp, content: { openid: string; url: string }): Promise<string>
}

/** "risky content": documented for version 1 of the check only, and always a rejection. */
const riskyContent = 87014
/** Whether WeChat rejected content by an errcode instead of a verdict. */
export const isRiskyErrcode = (errcode: unknown): boolean => errcode === riskyContent

/** WeChat's code for profile content. */
const profileScene = 1
const imageMediaType = 2

export function createContentChecks(authorizedCall: AuthorizedCall): ContentChecks {
  const inProfile = (openid: string) => ({ openid, scene: profileScene, version: 2 })

  return {
    async checkText(app, { openid, text }) {
      const body = { ...inProfile(openid), content: text }
      try {
        const response = await authorizedCall('msgSecCheck', app, {
          method: 'POST',
          path: '/wxa/msg_sec_check',
          body,
        })
        const verdict = readVerdict(response)
        if (verdict === null) throw wechatUnavailable('the response has no known verdict')
        const { trace_id: traceId } = response
        return { suggest: verdict, traceId: isNonEmptyString(traceId) ? traceId : null }
      } catch (error) {
        if (isRiskyErrcode(errcodeOf(error))) return { suggest: 'risky', traceId: null }
        throw error
      }
    },

    async checkImage(app, { openid, url }) {
      const body = { ...inProfile(openid), media_type: imageMediaType, media_url: url }
      const { trace_id: traceId } = await authorizedCall('mediaCheckAsync', app, {
        method: 'POST',
        path: '/wxa/media_check_async',
        body,
      })
      if (!isNonEmptyString(traceId)) throw wechatUnavailable('the response has no trace_id')
      return traceId
    },
  }
}

/** Reads the verdict from a response or a pushed message; `null` when there is none. */
export function readVerdict({ result, detail }: Record<string, unknown>): ModerationVerdict | null {
  const parts: unknown[] = Array.isArray(detail) ? detail : []
  if (parts.some((part) => isRiskyErrcode((part as { errcode?: unknown } | null)?.errcode))) return 'risky'
  const { suggest } = (result ?? {}) as { suggest?: unknown }
  return isVerdict(suggest) ? suggest : null
}
