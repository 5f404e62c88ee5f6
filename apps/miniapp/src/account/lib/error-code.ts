import type { ErrorCode } from '@repo/shared'
import { ApiError, type TransportErrorCode } from '../../session/index.ts'

/** The code of an `ApiError`; `null` for any other error. */
export const errorCodeOf = (error: unknown): ErrorCode | TransportErrorCode | null =>
  error instanceof ApiError ? error.code : null
