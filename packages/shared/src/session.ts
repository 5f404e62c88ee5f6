import { type Static, Type } from 'typebox'
import { Conflict } from './errors.ts'
import { Id, OneOf, Text, Timestamp } from './schemas.ts'
import { User } from './user.ts'

/**
 * The code that `wx.login` or a phone button returns. WeChat does not publish its format; all known codes are ASCII, and
 * the one of WeChat DevTools has spaces. The API sends WeChat nothing else, since WeChat's response to it is unknown.
 */
export const WechatCode = Type.String({ minLength: 1, maxLength: 512, pattern: '^[ -~]*$' })

/** The mini program's AppID; absent: the first app in the server's configuration. */
export const AppId = Text({ maxLength: 64 })

/** The model and system that the phone reports, for the user's list of devices. */
export const Device = Type.Object({ model: Text({ maxLength: 128 }), system: Text({ maxLength: 128 }) })

/** Returned by a login; the client stores it across logouts. It marks a known device and cannot log in. */
export const DeviceToken = Text({ maxLength: 256 })

/** What WeChat DevTools sends without an AppID; the simulator accepts it repeatedly. For the docs. */
const mockCode = { examples: [{ code: 'the code is a mock one' }] }

/**
 * What the user chose about their account in another mini program of the company; without it, `shared_account_choice` asks.
 * Ignored where there is none.
 */
export const SharedAccountChoice = OneOf('join', 'separate')
export type SharedAccountChoice = Static<typeof SharedAccountChoice>

export const LoginBody = Type.Object(
  {
    code: WechatCode,
    appId: Type.Optional(AppId),
    /** Sent by a silent login: the API rejects a code of any other WeChat user, and registers no user. */
    expectedUserId: Type.Optional(Id()),
    /** The user who invited this one; counts only at the first login, and is ignored if no such account exists. */
    inviterId: Type.Optional(Id()),
    device: Type.Optional(Device),
    /** From an earlier login on this device, so that failures of others behind its IP cannot lock the user out. */
    deviceToken: Type.Optional(DeviceToken),
    sharedAccount: Type.Optional(SharedAccountChoice),
  },
  mockCode,
)
export type LoginBody = Static<typeof LoginBody>

const tokens = {
  /** Goes into `Authorization: Bearer …`. */
  accessToken: Type.String(),
  accessTokenExpiresAt: Timestamp(),
  /** Works once; the response to a refresh carries its successor. */
  refreshToken: Type.String(),
  refreshTokenExpiresAt: Timestamp(),
  /** The server's clock, so that a phone with a wrong clock can judge the expiry times. */
  serverTime: Timestamp(),
}

export const RefreshBody = Type.Object(
  { refreshToken: Text({ maxLength: 512 }) },
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
   * This login gave a new WeChat user the account that has the phone number. The API ended its other sessions and unbound
   * its previous WeChat accounts.
   */
  joinedByPhone: Type.Optional(Type.Boolean()),
  /** WeChat reports that another account belongs to the same WeChat user. The user is logged in and may merge the two. */
  conflict: Type.Optional(Conflict),
})
export type LoginResult = Static<typeof LoginResult>

export const WechatSessionBody = Type.Object({ code: WechatCode }, mockCode)
export type WechatSessionBody = Static<typeof WechatSessionBody>
