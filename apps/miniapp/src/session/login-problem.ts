/** What goes wrong before or apart from a request to the API. */
export type LoginProblemCode =
  /** Only somebody who is logged in can have this. */
  | 'login_needed'
  /** The person logged out while this was under way. */
  | 'logged_out_meanwhile'
  /** Somebody else logged in meanwhile. */
  | 'other_person'
  /** The user closed the question for a password, so nothing was sent; best not shown at all. */
  | 'proof_cancelled'
  /** wx.login succeeded, but brought no code. */
  | 'wechat_code_missing'
  /** wx.login did not answer in time. */
  | 'wechat_login_timeout'
  /** wx.login found no network. */
  | 'wechat_login_offline'
  /** WeChat does not let this person log in, or not here. */
  | 'wechat_login_denied'
  /** wx.login failed for another reason. */
  | 'wechat_login_failed'

/** Why nobody got logged in, when it was not the API that said no. */
export class LoginProblem extends Error {
  override readonly name = 'LoginProblem'
  readonly code: LoginProblemCode

  constructor(code: LoginProblemCode, options?: { cause?: unknown }) {
    super(code, options)
    this.code = code
  }
}
