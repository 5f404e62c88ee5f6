import { dictionary } from '@zxcvbn-ts/language-common'
import { ApiError } from '../../utils/api-error.ts'

/** Those that have at least eight characters, so that they would be accepted otherwise: some 18,000. */
const common = new Set(dictionary['passwords-common'].map(String).filter((password) => password.length >= 8))

/**
 * Refuses what is guessed first, in whatever case: common passwords, one character again and again, the username.
 *
 * @throws ApiError `password_too_common`.
 */
export function refuseCommonPassword(password: string, username: string | null): void {
  const lowerCase = password.normalize('NFKC').toLowerCase()
  if (common.has(lowerCase) || lowerCase === username || new Set(lowerCase).size === 1)
    throw new ApiError('password_too_common')
}
