import { type Static, Type } from 'typebox'
import { TypedPassword } from './password.ts'
import { Text } from './schemas.ts'
import { AppId, WechatCode } from './session.ts'

export const MergeBody = Type.Object({
  /** From `conflict.ticket`. */
  ticket: Text({ maxLength: 128 }),
  /** That the other account is one's own, too: its password, or a fresh code of a WeChat account bound to it. */
  proof: Type.Object({
    password: Type.Optional(TypedPassword),
    code: Type.Optional(WechatCode),
    appId: Type.Optional(AppId),
  }),
})
export type MergeBody = Static<typeof MergeBody>
