// The contract's limits (packages/shared/src/password.ts), of which the mini program imports types alone.
// A test compares the two.

/** In code points. */
export const newPasswordLength = { min: 8, max: 128 }

export const usernameLength = { min: 3, max: 32 }
export const usernamePattern =
  /^[0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u4dbf\u4e00-\u9fff][0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u4dbf\u4e00-\u9fff_.-]*$/

/** The API also rejects common passwords. */
export const isNewPassword = (typed: string): boolean => hasLength(typed, newPasswordLength)

/** The API also rejects taken usernames. */
export const isUsername = (typed: string): boolean =>
  hasLength(typed, usernameLength) && usernamePattern.test(typed)

function hasLength(typed: string, { min, max }: { min: number; max: number }): boolean {
  const length = Array.from(typed).length
  return length >= min && length <= max
}
