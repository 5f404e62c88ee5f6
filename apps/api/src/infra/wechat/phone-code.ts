import type { WechatApp } from '../../config/wechat-apps.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { AuthorizedCall } from './authorized-call.ts'
import { readPhoneInfo, type WechatPhone } from './phone-info.ts'
import { wechatUnavailable } from './wechat-api-error.ts'

export type PhoneCodeCalls = {
  /**
   * Exchanges a code of the phone button. Retried only when WeChat reports that it is busy (-1): each tap costs money, and
   * if the code was used up all the same, the retry reports that.
   *
   * @param grant `openid`: the user whose code it must be; `undefined` when the session has no WeChat identity.
   * @throws ApiError see `errcodes.ts`.
   */
  getPhoneNumber(app: WechatApp, grant: { code: string; openid: string | undefined }): Promise<WechatPhone>
}

export function createPhoneCodeCalls(authorizedCall: AuthorizedCall): PhoneCodeCalls {
  return {
    async getPhoneNumber(app, { code, openid }) {
      const path = '/wxa/business/getuserphonenumber'
      const { phone_info: info } = await authorizedCall('getPhoneNumber', app, {
        method: 'POST',
        path,
        body: { code, openid },
      })
      const phone = readPhoneInfo(info)
      const watermark = readWatermark(info)
      if (!phone || !watermark) throw wechatUnavailable('the response has no phone number or no watermark')
      if (watermark.appid !== app.appId)
        throw new ApiError('phone_code_invalid', { detail: 'the code belongs to another mini program' })
      return phone
    },
  }
}

/** The AppID for which WeChat issued the data; `null` when the watermark is missing or malformed. */
function readWatermark(data: unknown): { appid: string } | null {
  const { watermark } = (data ?? {}) as Record<string, unknown>
  const { appid, timestamp } = (watermark ?? {}) as Record<string, unknown>
  return typeof appid === 'string' && typeof timestamp === 'number' ? { appid } : null
}
