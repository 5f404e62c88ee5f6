import type { ErrorCode } from '@repo/shared'
import { ApiError } from '../utils/api-error.ts'
import { isDatabaseUnavailable } from './database/errors.ts'

/** The code of any error outside a request, for metrics and dead jobs. */
export function toErrorCode(error: unknown): ErrorCode {
  if (error instanceof ApiError) return error.code
  return isDatabaseUnavailable(error) ? 'database_unavailable' : 'internal_error'
}
