import type { ErrorCode } from '@repo/shared'
import { ApiProblem, type TransportCode } from '../../session/index.ts'

/** What the API, or the way to it, said no with; `null` for anything else. */
export const codeOf = (error: unknown): ErrorCode | TransportCode | null =>
  error instanceof ApiProblem ? error.code : null
