import type { WechatApp } from '../../config/wechat-apps.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { CallWithToken } from './authorized-call.ts'
import { readPhoneInfo, type WechatPhone } from './phone-info.ts'
import { readWatermark } from './watermark.ts'
import { unavailable } from './wechat-api-error.ts'

export type PhoneCodeCalls = {
  /**
   * Exchanges a code of the phone button. Repeated only after an answer that says that WeChat is busy (-1): pressing the
   * button is what costs money, and should the code be spent all the same, the repetition finds that out.
   *
   * @param grant `openid`: whose code it has to be; `undefined` where nobody knows.
   * @throws ApiError `phone_…`, `wechat_…`, see `errcodes.ts`.
   */
  getPhoneNumber(app: WechatApp, grant: { code: string; openid: string | undefined }): Promise<WechatPhone>
}

export function createPhoneCodeCalls(callWithToken: CallWithToken): PhoneCodeCalls {
  return {
    async getPhoneNumber(app, { code, openid }) {
      const path = '/wxa/business/getuserphonenumber'
      const { phone_info: info } = await callWithToken('getPhoneNumber', app, {
        method: 'POST',
        path,
        body: { code, openid },
      })
      const phone = readPhoneInfo(info)
      const watermark = readWatermark(info)
      if (!phone || !watermark) throw unavailable('the answer has no phone number or no watermark')
      if (watermark.appId !== app.appId)
        throw new ApiError('phone_code_invalid', { detail: 'the code belongs to another mini program' })
      return phone
    },
  }
}
