import { errorStatus } from '@repo/shared'
import { SafeError } from '../../utils/safe-error.ts'

type LoggedError = { name: string; code?: string; message?: string; stack: string; cause?: LoggedError }

const maximumCauses = 5
const maximumFrames = 20

/** An error in the log: name, code, stack and causes; its message only where it is a `SafeError`. */
export const serializeError = (error: Error): LoggedError => describe(error, {})

/** With every message, apart from what may be a secret: for a developer's terminal. */
export const serializeErrorInDevelopment = (error: Error): LoggedError =>
  describe(error, { foreignMessage: withoutSecrets })

function describe(
  error: Error,
  { foreignMessage, depth = 0 }: { foreignMessage?: (message: string) => string; depth?: number },
): LoggedError {
  const code = codeOf(error)
  const cause = causeOf(error)
  const message = error instanceof SafeError ? error.message : foreignMessage?.(String(error.message))
  return {
    name: /^[A-Z]\w{0,60}$/.test(error.name) ? error.name : 'Error',
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    stack: framesOf(error),
    ...(cause instanceof Error && depth < maximumCauses
      ? { cause: describe(cause, { ...(foreignMessage && { foreignMessage }), depth: depth + 1 }) }
      : {}),
  }
}

const maximumMessageLength = 500

/** Removes what may be a code, a token, a key, a hash, credentials in a URL or a phone number. */
const withoutSecrets = (message: string): string =>
  message
    .replace(/:\/\/[^/@\s]+@/g, '://…@')
    .replace(/[\w+=-]{32,}/g, '…')
    .replace(/\d{11,}/g, '…')
    .slice(0, maximumMessageLength)

/** Our codes, those of Node and its libraries (`ECONNREFUSED`, `P2002`), of PostgreSQL (`23505`). */
function codeOf(error: Error): string | undefined {
  const { code, cause } = error as Error & { code?: unknown }
  const { originalCode } = (cause ?? {}) as { originalCode?: unknown }
  return [code, originalCode].find(
    (value): value is string =>
      typeof value === 'string' &&
      (Object.hasOwn(errorStatus, value) || /^([A-Z][A-Z\d_]{1,50}|\d[\dA-Z]{4})$/.test(value)),
  )
}

/** Prisma nests the driver's error in `meta`. */
function causeOf(error: Error): unknown {
  const { cause, meta } = error as Error & { meta?: { driverAdapterError?: unknown } }
  return cause ?? meta?.driverAdapterError
}

/** The frames of the stack, without the message that V8 writes above them. */
function framesOf({ stack = '', message }: Error): string {
  const frames = stack.slice(stack.indexOf(message) + message.length)
  return frames
    .split('\n')
    .filter((line) => frame.test(line))
    .slice(0, maximumFrames)
    .join('\n')
}
/** `    at name (file:///path:1:2)`, also with node:… or a plain path; evaluated code has its text as its location. */
const frame = /^ {4}at (async )?([^(]{0,200} \()?(file:\/\/\/|node:|\/|[A-Z]:\\)[^?]{0,500}:\d+:\d+\)?$/
