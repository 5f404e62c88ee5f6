import { type Static, Type } from 'typebox'
import { Proof } from './proof.ts'
import { Text } from './schemas.ts'
import { LoginBody, WechatCode } from './session.ts'

/** The encrypted data that WeChat gives the mini program, in base64. */
const encrypted = {
  encryptedData: Type.Optional(Text({ maxLength: 4096 })),
  iv: Type.Optional(Text({ maxLength: 64 })),
}

/** What the phone button returned: `code`, or `encryptedData` with `iv`. If all three are present, `code` counts. */
export const PhoneBody = Type.Object({ code: Type.Optional(WechatCode), ...encrypted, proof: Proof })
export type PhoneBody = Static<typeof PhoneBody>

export const PhoneLoginBody = Type.Object({
  /** Of `wx.login`: it identifies the user. */
  loginCode: WechatCode,
  /** Of the phone button. */
  phoneCode: WechatCode,
  appId: LoginBody.properties.appId,
  inviterId: LoginBody.properties.inviterId,
  device: LoginBody.properties.device,
  deviceToken: LoginBody.properties.deviceToken,
  sharedAccount: LoginBody.properties.sharedAccount,
})
export type PhoneLoginBody = Static<typeof PhoneLoginBody>

/** What `wx.getUserProfile` and `wx.getUserInfo` return. */
export const WechatProfileBody = Type.Object({
  /** Unchanged, since it is signed. */
  rawData: Text({ maxLength: 4096 }),
  signature: Type.String({ pattern: '^[0-9a-f]{40}$', minLength: 40, maxLength: 40 }),
  ...encrypted,
})
export type WechatProfileBody = Static<typeof WechatProfileBody>
