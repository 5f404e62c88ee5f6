// What the contract demands (packages/shared/src/password.ts), of which the mini program has the types alone; a test keeps
// the two equal.

/** In characters as the API counts them: an emoji may be several. */
export const newPasswordLength = { min: 8, max: 128 }

export const usernameLength = { min: 3, max: 32 }
export const usernamePattern =
  /^[0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u4dbf\u4e00-\u9fff][0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u3400-\u4dbf\u4e00-\u9fff_.-]*$/

/** Whether it is worth sending; only the API knows those that are tried first everywhere. */
export const isNewPassword = (typed: string): boolean => hasLength(typed, newPasswordLength)

/** Whether it is worth sending; only the API knows those that are taken. */
export const isUsername = (typed: string): boolean =>
  hasLength(typed, usernameLength) && usernamePattern.test(typed)

function hasLength(typed: string, { min, max }: { min: number; max: number }): boolean {
  const length = Array.from(typed).length
  return length >= min && length <= max
}
