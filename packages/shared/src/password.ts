import { type Static, type TString, Type } from 'typebox'
import { Proof } from './proof.ts'
import { Id, Text } from './schemas.ts'
import { AppId, Device, DeviceToken, WechatCode } from './session.ts'

const letter = '0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u4dbf\u4e00-\u9fff'

/**
 * A new username: letters, digits and Chinese characters, and `_`, `.` and `-` after the first. The API stores it in
 * lower case and half-width, so every spelling of it counts as taken.
 */
export const Username = (): TString =>
  Type.String({ minLength: 3, maxLength: 32, pattern: `^[${letter}][${letter}_.-]*$` })

/** A password to set. Only its length is limited: no kind of character is required. */
export const NewPassword = Text({ minLength: 8, maxLength: 128 })

/** A password to check, as the user typed it. */
export const PasswordInput = Text({ maxLength: 128 })

export const RegisterBody = Type.Object({
  username: Username(),
  password: NewPassword,
  /** Binds this WeChat account to the new account, if it is not bound yet. */
  code: Type.Optional(WechatCode),
  appId: Type.Optional(AppId),
  device: Type.Optional(Device),
  /** The user who invited this one. */
  inviterId: Type.Optional(Id()),
})
export type RegisterBody = Static<typeof RegisterBody>

export const PasswordLoginBody = Type.Object({
  username: Text({ maxLength: 64 }),
  password: PasswordInput,
  /** From an earlier login on this device, so that guesses made elsewhere cannot lock the user out. */
  deviceToken: Type.Optional(DeviceToken),
  /** Binds this WeChat account to the account, if it is not bound yet; later logins then need no password. */
  code: Type.Optional(WechatCode),
  appId: Type.Optional(AppId),
  device: Type.Optional(Device),
})
export type PasswordLoginBody = Static<typeof PasswordLoginBody>

export const PasswordBody = Type.Object({
  newPassword: NewPassword,
  /** The current password, or a code of a bound WeChat account. */
  proof: Proof,
  /** Only with the first password; it cannot be changed later. */
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
