import { type Static, Type } from 'typebox'
import { Proof } from './proof.ts'
import { AppId, WechatCode } from './session.ts'

export const BindWechatBody = Type.Object({
  /** Of the WeChat account to bind. */
  code: WechatCode,
  appId: Type.Optional(AppId),
  /** Needed unless the WeChat account behind `code` leads to this account already, by its openid or unionid. */
  proof: Type.Optional(Proof),
})
export type BindWechatBody = Static<typeof BindWechatBody>
