import type { Proof } from '@repo/shared'
import { ApiProblem } from './errors.ts'
import { LoginProblem } from './login-problem.ts'
import type { Session } from './session.ts'

/** What the user is asked for a password with. */
export type PasswordQuestion = {
  /**
   * Sends the operation with the typed password, or with a fresh code of WeChat. Resolves with `null` when the question can
   * be closed, else with the error about the proof, to be shown in place. Never rejects.
   */
  prove(by: { password: string } | 'wechat'): Promise<unknown>
  /** WeChat was tried already, and its account on this phone is not bound to the user's. */
  isWechatRejected: boolean
}

/** Asks for the password in place. Resolves when the question was closed, in whatever way. */
export type AskForPassword = (question: PasswordQuestion) => Promise<void>

type Options<Answer> = {
  session: Pick<Session, 'state' | 'loginMethod' | 'wechatProof'>
  askForPassword: AskForPassword
  /** Sends the operation. Called again with another proof where the first one is rejected. */
  send: (proof: Proof) => Promise<Answer>
  /** Whether `send` failed because of `proof`; where an operation takes a second proof, that one's errors are its own. */
  isAboutProof?: (error: unknown, proof: Proof) => boolean
}

/**
 * Sends an operation that needs a proof by its user. For a session of WeChat the proof is a fresh code of `wx.login`, which
 * the user does not notice; for one that a password began the user is asked for the password, and so they are where the WeChat
 * account on this phone is not bound. Rejects as `send` does, and with `proof_cancelled` when the user closes the question.
 */
export async function withProof<Answer>(options: Options<Answer>): Promise<Answer> {
  const { session, send, isAboutProof = isProofError } = options
  if (session.loginMethod() !== 'wechat') return withPassword(options)
  const proof = await session.wechatProof()
  try {
    return await send(proof)
  } catch (error) {
    const isOtherWechat = codeOf(error) === 'different_account' && isAboutProof(error, proof)
    const state = session.state()
    if (!isOtherWechat || state.kind !== 'user' || state.user.username === null) throw error
    return withPassword(options, true)
  }
}

/** The same by the password alone: for what a code of WeChat is known not to prove. */
export async function withPassword<Answer>(
  { session, askForPassword, send, isAboutProof = isProofError }: Options<Answer>,
  isWechatRejected = false,
): Promise<Answer> {
  let outcome: (() => Answer) | null = null
  async function prove(by: { password: string } | 'wechat'): Promise<unknown> {
    try {
      const proof = by === 'wechat' ? await session.wechatProof() : by
      const answer = await send(proof).catch((error: unknown) => {
        if (isAboutProof(error, proof)) throw error
        outcome = () => {
          throw error
        }
      })
      outcome ??= () => answer as Answer
      return null
    } catch (error) {
      return error
    }
  }
  await askForPassword({ prove, isWechatRejected })
  const settled = outcome as (() => Answer) | null
  if (!settled) throw new LoginProblem('proof_cancelled')
  return settled()
}

/** What a proof can be rejected with, and what passes while it is checked; anything else is about the operation. */
const proofCodes: readonly unknown[] = [
  'credentials_invalid',
  'password_not_set',
  'different_account',
  'code_invalid',
  'code_used',
  'rate_limited',
  'wechat_rate_limited',
  'wechat_busy',
  'wechat_unavailable',
] satisfies ApiProblem['code'][]

export const isProofError = (error: unknown): boolean => proofCodes.includes(codeOf(error))

const codeOf = (error: unknown) => (error instanceof ApiProblem ? error.code : null)
