import type { WechatApp } from '../../config/wechat-apps.ts'
import type { CallWithToken } from './authorized-call.ts'
import { isText } from './is-non-empty-string.ts'
import { errcodeOf, unavailable } from './wechat-api-error.ts'

/** What WeChat thinks of a text or a picture: fine, harmful, or for a human to look at. */
export type Suggest = 'pass' | 'risky' | 'review'
const suggestions: readonly unknown[] = ['pass', 'risky', 'review'] satisfies Suggest[]
const isSuggestion = (value: unknown): value is Suggest => suggestions.includes(value)

export type ContentChecks = {
  /**
   * What WeChat thinks of a text that a person wrote about themselves.
   *
   * @throws ApiError `wechat_…`, see `errcodes.ts`; with errcode 61010 when the person has not opened the mini program
   *   for two hours.
   */
  checkText(app: WechatApp, content: { openid: string; text: string }): Promise<Suggest>
  /**
   * Lets WeChat look at a picture that it can download; its verdict comes later, by message push.
   *
   * @returns the trace_id that the verdict will carry.
   * @throws ApiError as `checkText`.
   */
  checkPicture(app: WechatApp, content: { openid: string; url: string }): Promise<string>
}

/** "risky content": documented for the first version of the check alone, and never anything but a rejection. */
const riskyContent = 87014
/** Whether WeChat has rejected something by an errcode, instead of a verdict. */
export const isRiskyErrcode = (errcode: unknown): boolean => errcode === riskyContent

/** What people show of themselves. */
const profileScene = 1
const pictureMedia = 2

export function createContentChecks(callWithToken: CallWithToken): ContentChecks {
  const inProfile = (openid: string) => ({ openid, scene: profileScene, version: 2 })

  return {
    async checkText(app, { openid, text }) {
      const body = { ...inProfile(openid), content: text }
      try {
        const answer = await callWithToken('msgSecCheck', app, {
          method: 'POST',
          path: '/wxa/msg_sec_check',
          body,
        })
        const suggest = readVerdict(answer)
        if (suggest === null) throw unavailable('the answer has no verdict that is known')
        return suggest
      } catch (error) {
        if (isRiskyErrcode(errcodeOf(error))) return 'risky'
        throw error
      }
    },

    async checkPicture(app, { openid, url }) {
      const body = { ...inProfile(openid), media_type: pictureMedia, media_url: url }
      const { trace_id: traceId } = await callWithToken('mediaCheckAsync', app, {
        method: 'POST',
        path: '/wxa/media_check_async',
        body,
      })
      if (!isText(traceId)) throw unavailable('the answer has no trace_id')
      return traceId
    },
  }
}

/** The verdict in an answer or a message of WeChat's; `null` when there is none. */
export function readVerdict({ result, detail }: Record<string, unknown>): Suggest | null {
  const parts: unknown[] = Array.isArray(detail) ? detail : []
  if (parts.some((part) => isRiskyErrcode((part as { errcode?: unknown } | null)?.errcode))) return 'risky'
  const { suggest } = (result ?? {}) as { suggest?: unknown }
  return isSuggestion(suggest) ? suggest : null
}
