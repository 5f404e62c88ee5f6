import type { Proof } from '@repo/shared'
import { ApiError, SessionError } from './errors.ts'
import type { Session } from './session.ts'

/** What the password prompt needs. */
export type PasswordPrompt = {
  /**
   * Sends the operation with the typed password or a fresh WeChat code. Resolves with `null` when the prompt can
   * close, else with the error about the proof to show. Never rejects.
   */
  prove(by: { password: string } | 'wechat'): Promise<unknown>
  /** The WeChat account on this phone is not bound to the user's account. */
  isWechatRejected: boolean
}

/** Shows the password prompt. Resolves when it is closed. */
export type PromptForPassword = (prompt: PasswordPrompt) => Promise<void>

type Options<Result> = {
  session: Pick<Session, 'state' | 'loginMethod' | 'getLoginCode'>
  promptForPassword: PromptForPassword
  /** Sends the operation. Called again with another proof if the API rejects the first. */
  send: (proof: Proof) => Promise<Result>
  /** Whether `send` failed because of `proof`, and not because of a second proof that the operation takes. */
  isAboutProof?: (error: unknown, proof: Proof) => boolean
}

/**
 * Sends an operation with a proof by its user: a fresh wx.login code, or the typed password where WeChat cannot
 * prove the account. Rejects as `send` does, and with `proof_cancelled` when the user closes the prompt.
 */
export async function withProof<Result>(options: Options<Result>): Promise<Result> {
  const { session, send, isAboutProof = isProofError } = options
  if (session.loginMethod() !== 'wechat') return withPassword(options)
  const proof = await session.getLoginCode()
  try {
    return await send(proof)
  } catch (error) {
    const isOtherWechat = codeOf(error) === 'different_account' && isAboutProof(error, proof)
    const state = session.state()
    if (!isOtherWechat || state.kind !== 'user' || state.user.username === null) throw error
    return withPassword(options, true)
  }
}

/** Asks for the password at once, for operations that a WeChat code cannot prove. */
export async function withPassword<Result>(
  { session, promptForPassword, send, isAboutProof = isProofError }: Options<Result>,
  isWechatRejected = false,
): Promise<Result> {
  let outcome: (() => Result) | null = null
  async function prove(by: { password: string } | 'wechat'): Promise<unknown> {
    try {
      const proof = by === 'wechat' ? await session.getLoginCode() : by
      const result = await send(proof).catch((error: unknown) => {
        if (isAboutProof(error, proof)) throw error
        outcome = () => {
          throw error
        }
      })
      outcome ??= () => result as Result
      return null
    } catch (error) {
      return error
    }
  }
  await promptForPassword({ prove, isWechatRejected })
  const settled = outcome as (() => Result) | null
  if (!settled) throw new SessionError('proof_cancelled')
  return settled()
}

/** Errors of the proof and of its check; any other error is about the operation. */
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
] satisfies ApiError['code'][]

export const isProofError = (error: unknown): boolean => proofCodes.includes(codeOf(error))

const codeOf = (error: unknown) => (error instanceof ApiError ? error.code : null)
