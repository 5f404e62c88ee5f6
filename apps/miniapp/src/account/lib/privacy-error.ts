/** Why WeChat's privacy rules blocked a function. */
export type PrivacyErrorCode =
  /** The user denied the privacy guidelines. */
  | 'privacy_denied'
  /** The privacy guidelines in WeChat's console do not declare this use. */
  | 'privacy_undeclared'

/** Reads a `wx` failure or the detail of a button event; `null` if privacy was not the reason. */
export function toPrivacyError(failure: unknown): { code: PrivacyErrorCode } | null {
  const { errno, errMsg } = (failure ?? {}) as { errno?: unknown; errMsg?: unknown }
  // Base libraries before 2.24.0 give no `errno`.
  if (errno === 112 || /not declared in the privacy/i.test(String(errMsg)))
    return { code: 'privacy_undeclared' }
  if (errno === 104 || /privacy permission is not auth/i.test(String(errMsg)))
    return { code: 'privacy_denied' }
  return null
}
