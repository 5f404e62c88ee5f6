import { STATUS_CODES } from 'node:http'
import { type ErrorCode, errorStatus, type Problem } from '@repo/shared'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseUnavailable } from '../infra/database/errors.ts'
import { ApiError } from '../utils/api-error.ts'

/** Every error, wherever it comes from, leaves as `application/problem+json`. */
export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new ApiError('not_found')))
}

/** Also for the errors that Fastify meets before there is a route. */
export function answerProblem(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // Its code is that of any connection that broke, and must not be taken for the database's.
  const hasLeft = error === request.raw.errored
  const problem = hasLeft ? new ApiError('invalid_request', { cause: error }) : toApiError(error)
  if (errorStatus[problem.code] >= 500 && problem.code !== 'shutting_down')
    request.log.error({ err: error, code: problem.code }, 'request failed')
  return sendProblem(reply, problem)
}

/** What an error says to whoever asked. */
export function toProblem(error: ApiError, requestId: string): Problem {
  const status = errorStatus[error.code]
  return {
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.ban?.reason ? { reason: error.ban.reason } : {}),
    ...(error.ban?.until ? { until: error.ban.until.toISOString() } : {}),
    ...(error.conflict ? { conflict: error.conflict } : {}),
    requestId,
  }
}

export const problemType = 'application/problem+json; charset=utf-8'

function sendProblem(reply: FastifyReply, error: ApiError): FastifyReply {
  const problem = toProblem(error, reply.request.id)
  const { status } = problem
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  // Serialized by hand: the schema of this status may be another one, for the docs.
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

/** Any error as one that can be answered. */
export function toApiError(error: FastifyError | Error): ApiError {
  if (error instanceof ApiError) return error
  if ('validation' in error && error.validation) {
    return new ApiError('invalid_request', { detail: describeFault(error), cause: error })
  }
  if (isDatabaseUnavailable(error)) return new ApiError('database_unavailable', { cause: error })
  const { code, statusCode = 500 } = error as FastifyError
  if (fastifyErrors[code]) return new ApiError(fastifyErrors[code], { cause: error })
  // What is left below 500 is Fastify's refusal of a request that is not HTTP or not JSON as it should be.
  if (statusCode < 500)
    return new ApiError('invalid_request', {
      detail: 'the body is not valid JSON, or the request is malformed',
      cause: error,
    })
  return new ApiError('internal_error', { cause: error })
}

/** Where the request does not fit and why, such as `body/code must be string`; never the value itself. */
function describeFault(error: FastifyError): string {
  const faults = error.validation ?? []
  // Where there are two shapes, the last says that neither fits, and those before it why.
  const reasons = faults.length > 1 ? faults.slice(0, -1) : faults
  const message = reasons.map(({ message }) => message).join(', or ') || 'is invalid'
  return `${error.validationContext ?? 'request'}${faults[0]?.instancePath ?? ''} ${message}`
}
