import { type Static, Type } from 'typebox'
import { EitherOf, Id, Text } from './schemas.ts'
import { AppId, WechatCode } from './session.ts'

/** A fresh code of `wx.login`, and the AppID of its mini program. */
export const CodeProof = Type.Object({ code: WechatCode, appId: Type.Optional(AppId) })

export const CredentialsProof = Type.Object({
  username: Text({ maxLength: 64 }),
  password: Text({ maxLength: 128 }),
})

const expectedUser = {
  /** The user that the client shows: the proof of another user is rejected. */
  expectedUserId: Type.Optional(Id()),
}

/** Proves whose account it is without a session: a fresh code of wx.login, or username and password. */
export const AccountProof = EitherOf(
  Type.Object({ ...CodeProof.properties, ...expectedUser }),
  Type.Object({ ...CredentialsProof.properties, ...expectedUser }),
)
export type AccountProof = Static<typeof AccountProof>

/**
 * Shows that the caller owns the account: a fresh code of `wx.login` of a WeChat account that is bound to it, or its
 * password. Exactly one of the two.
 */
export const Proof = EitherOf(CodeProof, Type.Object({ password: Text({ maxLength: 128 }) }))
export type Proof = Static<typeof Proof>

/** The body of an operation that takes only the proof. */
export const ProofBody = Type.Object({ proof: Proof })
export type ProofBody = Static<typeof ProofBody>
