import { STATUS_CODES } from 'node:http'
import { type ErrorCode, errorStatus, type Problem } from '@repo/shared'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseUnavailable } from '../infra/database/errors.ts'
import { ApiError } from '../utils/api-error.ts'

/** Every error is sent as `application/problem+json`, wherever it was thrown. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler(errorHandler)
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new ApiError('not_found')))
}

/** Also handles the errors that Fastify throws before there is a route. */
export function errorHandler(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Its code is that of any broken connection, and must not be mistaken for the database's.
  const clientAborted = error === request.raw.errored
  const apiError = clientAborted ? new ApiError('invalid_request', { cause: error }) : toApiError(error)
  if (errorStatus[apiError.code] >= 500 && apiError.code !== 'shutting_down')
    request.log.error({ err: error, code: apiError.code }, 'request failed')
  return sendProblem(reply, apiError)
}

export function toProblemDetails(error: ApiError, requestId: string): Problem {
  const status = errorStatus[error.code]
  return {
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.ban?.reason ? { reason: error.ban.reason } : {}),
    ...(error.ban?.until ? { until: error.ban.until.toISOString() } : {}),
    ...(error.conflict ? { conflict: error.conflict } : {}),
    ...(error.sharedAccount ? { sharedAccount: error.sharedAccount } : {}),
    requestId,
  }
}

export const problemType = 'application/problem+json; charset=utf-8'

function sendProblem(reply: FastifyReply, error: ApiError): FastifyReply {
  const problem = toProblemDetails(error, reply.request.id)
  const { status } = problem
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  // Bypasses the route's serializer: its schema for this status exists only for the docs.
  return reply
    .status(status)
    .type(problemType)
    .serializer((value: Problem) => JSON.stringify(value))
    .send(problem)
}

const fastifyErrors: Record<string, ErrorCode> = {
  FST_ERR_HANDLER_TIMEOUT: 'server_busy',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
}

/** Maps any error of a request to one that can be sent. */
export function toApiError(error: FastifyError | Error): ApiError {
  if (error instanceof ApiError) return error
  if ('validation' in error && error.validation) {
    return new ApiError('invalid_request', { detail: describeValidationError(error), cause: error })
  }
  if (isDatabaseUnavailable(error)) return new ApiError('database_unavailable', { cause: error })
  const { code, statusCode = 500 } = error as FastifyError
  if (fastifyErrors[code]) return new ApiError(fastifyErrors[code], { cause: error })
  // The remaining errors below 500 are Fastify's, about malformed HTTP or JSON.
  if (statusCode < 500)
    return new ApiError('invalid_request', {
      detail: 'the body is not valid JSON, or the request is malformed',
      cause: error,
    })
  return new ApiError('internal_error', { cause: error })
}

/** Which part is invalid and why, such as `body/code must be string`; never the value itself. */
function describeValidationError(error: FastifyError): string {
  const issues = error.validation ?? []
  // With a union of two shapes, the last issue says that neither matches, and those before it say why.
  const reasons = issues.length > 1 ? issues.slice(0, -1) : issues
  const message = reasons.map(({ message }) => message).join(', or ') || 'is invalid'
  return `${error.validationContext ?? 'request'}${issues[0]?.instancePath ?? ''} ${message}`
}
