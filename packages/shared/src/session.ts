import { type Static, Type } from 'typebox'
import { Consent } from './consent.ts'
import { Conflict } from './errors.ts'
import { Id, Text, Timestamp } from './schemas.ts'
import { User } from './user.ts'

/**
 * The code that `wx.login` or a phone button hands out. WeChat does not publish its form; all that are known are ASCII, the
 * one of WeChat DevTools with spaces. What else is sent does not reach WeChat, where nobody knows how it would be answered.
 */
export const WechatCode = Type.String({ minLength: 1, maxLength: 512, pattern: '^[ -~]*$' })

/** The mini program's AppID; absent: the first app that the server is configured with. */
export const AppId = Text({ maxLength: 64 })

/** What the phone says of itself, for the person's own list of devices. */
export const Device = Type.Object({ model: Text({ maxLength: 128 }), system: Text({ maxLength: 128 }) })

/** What a login hands out to the device that it comes from; the client keeps it across logouts. It logs nobody in. */
export const DeviceToken = Text({ maxLength: 256 })

/** What WeChat DevTools sends without an AppID; the simulator takes it any number of times. For the docs. */
const mockCode = { examples: [{ code: 'the code is a mock one' }] }
const mockLogin = {
  examples: [
    {
      code: 'the code is a mock one',
      consent: { agreementVersion: '2026-12-01', privacyVersion: '2026-12-01' },
    },
  ],
}

export const LoginBody = Type.Object(
  {
    code: WechatCode,
    appId: Type.Optional(AppId),
    /** Set by a silent login: whoever else stands behind the code is refused, and nobody is registered. */
    expectedUserId: Type.Optional(Id()),
    /** Who invited the user; counts at the first login alone, and is ignored where there is no such account. */
    inviterId: Type.Optional(Id()),
    device: Type.Optional(Device),
    /** From an earlier login on this device: failures of others behind its IP then cannot keep the user out. */
    deviceToken: Type.Optional(DeviceToken),
    /** A silent login repeats the versions that the user agreed to before. */
    consent: Consent,
  },
  mockLogin,
)
export type LoginBody = Static<typeof LoginBody>

const tokens = {
  /** Goes into `Authorization: Bearer …`. */
  accessToken: Type.String(),
  accessTokenExpiresAt: Timestamp(),
  /** Works once; the answer to a refresh carries its successor. */
  refreshToken: Type.String(),
  refreshTokenExpiresAt: Timestamp(),
  /** The server's clock, so that a phone with a wrong clock can judge the expiry times. */
  serverTime: Timestamp(),
}

export const RefreshBody = Type.Object(
  {
    refreshToken: Text({ maxLength: 512 }),
    /** After `consent_outdated`, once the user has agreed to newer documents: stored together with the refresh. */
    consent: Type.Optional(Consent),
  },
  { examples: [{ refreshToken: 'the refreshToken of the last login or refresh' }] },
)
export type RefreshBody = Static<typeof RefreshBody>

export const RefreshResult = Type.Object({ ...tokens, user: User })
export type RefreshResult = Static<typeof RefreshResult>

export const LoginResult = Type.Object({
  ...tokens,
  isNewUser: Type.Boolean(),
  user: User,
  /** For the next login on this device. */
  deviceToken: Type.String(),
  /**
   * This login led a new WeChat user to an account that had the phone number: its other sessions ended, and the WeChat
   * accounts that were bound to it are not any more.
   */
  joinedByPhone: Type.Optional(Type.Boolean()),
  /** WeChat has just said that another account of ours is the same person's. They are in, and may merge the two. */
  conflict: Type.Optional(Conflict),
})
export type LoginResult = Static<typeof LoginResult>

export const WechatSessionBody = Type.Object({ code: WechatCode }, mockCode)
export type WechatSessionBody = Static<typeof WechatSessionBody>
