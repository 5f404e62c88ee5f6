import { type Static, Type } from 'typebox'
import { EitherOf, Text } from './schemas.ts'
import { AppId, WechatCode } from './session.ts'

/** A fresh code of `wx.login`, and the AppID of its mini program. */
export const CodeProof = Type.Object({ code: WechatCode, appId: Type.Optional(AppId) })

export const CredentialsProof = Type.Object({
  username: Text({ maxLength: 64 }),
  password: Text({ maxLength: 128 }),
})

/** Proves whose account it is without a session: a fresh code of wx.login, or username and password. */
export const AccountProof = EitherOf(CodeProof, CredentialsProof)
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
