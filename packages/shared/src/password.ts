import { type Static, type TString, Type } from 'typebox'
import { Consent } from './consent.ts'
import { Proof } from './proof.ts'
import { Id, Text } from './schemas.ts'
import { AppId, Device, DeviceToken, WechatCode } from './session.ts'

const letter = '0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u4dbf\u4e00-\u9fff'

/**
 * A new username: letters, digits and Chinese characters, and `_`, `.` and `-` behind the first. It is stored in lower
 * case, and full-width letters as ordinary ones: so it is taken in every way to type it.
 */
export const Username = (): TString =>
  Type.String({ minLength: 3, maxLength: 32, pattern: `^[${letter}][${letter}_.-]*$` })

/** A password to be set. Length is what makes it strong; no kinds of characters are asked for. */
export const NewPassword = Text({ minLength: 8, maxLength: 128 })

/** A password to be checked: whatever was typed. */
export const PasswordInput = Text({ maxLength: 128 })

export const RegisterBody = Type.Object({
  username: Username(),
  password: NewPassword,
  /** Binds this WeChat account to the new account, if it is bound to none. */
  code: Type.Optional(WechatCode),
  appId: Type.Optional(AppId),
  device: Type.Optional(Device),
  /** Who brought this person here. */
  inviterId: Type.Optional(Id()),
  consent: Consent,
})
export type RegisterBody = Static<typeof RegisterBody>

export const PasswordLoginBody = Type.Object({
  username: Text({ maxLength: 64 }),
  password: PasswordInput,
  /** From an earlier login on this device: guesses made elsewhere then cannot keep the user out. */
  deviceToken: Type.Optional(DeviceToken),
  /** Binds this WeChat account to the account, if it is bound to none; afterwards a login needs no password. */
  code: Type.Optional(WechatCode),
  appId: Type.Optional(AppId),
  device: Type.Optional(Device),
  consent: Consent,
})
export type PasswordLoginBody = Static<typeof PasswordLoginBody>

export const PasswordBody = Type.Object({
  newPassword: NewPassword,
  /** By the current password, or by a code of a WeChat account that is bound. */
  proof: Proof,
  /** With the first password; it stays. */
  username: Type.Optional(Username()),
})
export type PasswordBody = Static<typeof PasswordBody>

export const PasswordResetBody = Type.Object({
  /** Of a WeChat account that is bound to the account whose password is forgotten. */
  code: WechatCode,
  appId: Type.Optional(AppId),
  newPassword: NewPassword,
})
export type PasswordResetBody = Static<typeof PasswordResetBody>
