import { type Static, Type } from 'typebox'
import { Proof } from './proof.ts'
import { AppId, WechatCode } from './session.ts'

export const BindWechatBody = Type.Object({
  /** Of the WeChat account to bind. */
  code: WechatCode,
  appId: Type.Optional(AppId),
  /** Required unless the openid or unionid behind `code` already belongs to this account. */
  proof: Type.Optional(Proof),
})
export type BindWechatBody = Static<typeof BindWechatBody>
