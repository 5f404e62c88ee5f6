import { type Static, Type } from 'typebox'
import { Proof } from './proof.ts'
import { Text } from './schemas.ts'
import { LoginBody, WechatCode } from './session.ts'

/** What a phone gets encrypted of WeChat, in base64. */
const encrypted = {
  encryptedData: Type.Optional(Text({ maxLength: 4096 })),
  iv: Type.Optional(Text({ maxLength: 64 })),
}

/** What the phone button gave: `code`, or `encryptedData` with `iv`. Where there are all three, `code` counts. */
export const PhoneBody = Type.Object({ code: Type.Optional(WechatCode), ...encrypted, proof: Proof })
export type PhoneBody = Static<typeof PhoneBody>

export const PhoneLoginBody = Type.Object({
  /** Of `wx.login`: it decides who this is. */
  loginCode: WechatCode,
  /** Of the phone button. */
  phoneCode: WechatCode,
  appId: LoginBody.properties.appId,
  inviterId: LoginBody.properties.inviterId,
  device: LoginBody.properties.device,
  deviceToken: LoginBody.properties.deviceToken,
  consent: LoginBody.properties.consent,
})
export type PhoneLoginBody = Static<typeof PhoneLoginBody>

/** What `wx.getUserProfile` and `wx.getUserInfo` gave. */
export const WechatProfileBody = Type.Object({
  /** As it came, to the letter: it is signed. */
  rawData: Text({ maxLength: 4096 }),
  signature: Type.String({ pattern: '^[0-9a-f]{40}$', minLength: 40, maxLength: 40 }),
  ...encrypted,
})
export type WechatProfileBody = Static<typeof WechatProfileBody>
