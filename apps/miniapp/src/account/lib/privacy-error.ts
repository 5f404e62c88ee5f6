/** Why WeChat's privacy rules kept something from being done. `text/` has words for each. */
export type PrivacyProblemCode =
  /** The person does not accept the privacy guide. */
  | 'privacy_refused'
  /** The privacy guide in WeChat's console does not name this use. */
  | 'privacy_undeclared'

/** Reads a failure of `wx`, or the detail of a button's event; `null` where privacy was not the reason. */
export function privacyProblemOf(failure: unknown): { code: PrivacyProblemCode } | null {
  const { errno, errMsg } = (failure ?? {}) as { errno?: unknown; errMsg?: unknown }
  // Base libraries before 2.24.0 give no `errno`.
  if (errno === 112 || /not declared in the privacy/i.test(String(errMsg)))
    return { code: 'privacy_undeclared' }
  if (errno === 104 || /privacy permission is not auth/i.test(String(errMsg)))
    return { code: 'privacy_refused' }
  return null
}
