import type { Options } from '../runtime/async-api.ts'
import { WxError } from '../runtime/wx-error.ts'
import { askToCall } from '../sheets/contact-sheet.ts'

/** `wx.makePhoneCall`. Fails with `cancel` as WeChat does when the user does not call. */
export const createMakePhoneCall =
  (overlay: HTMLElement) =>
  async ({ phoneNumber }: Options): Promise<void> => {
    if (typeof phoneNumber !== 'string' || phoneNumber === '')
      throw new WxError(
        `parameter error: parameter.phoneNumber should be String instead of ${typeof phoneNumber}`,
        1001,
      )
    if (!(await askToCall(overlay, phoneNumber))) throw new WxError('cancel')
  }
