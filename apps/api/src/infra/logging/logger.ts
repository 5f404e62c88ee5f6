import { errorStatus } from '@repo/shared'
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino'
import type { Config } from '../../config/config.ts'
import { serializeError, serializeErrorInDevelopment } from './serialize-error.ts'

/**
 * Lines of JSON on stdout, readable lines in development. A line contains only the fields of `allowedLogFields`, in the
 * shape given there; others are dropped and counted as `hidden`. A forgotten entry hides a field, it leaks no secret.
 */
export function createLog(
  config: Pick<Config, 'environment' | 'logLevel'>,
  destination?: DestinationStream,
): Logger {
  const log = pino(
    {
      level: config.logLevel,
      formatters: { log: pickAllowedFields },
      serializers: {
        err: config.environment === 'development' ? serializeErrorInDevelopment : serializeError,
      },
      hooks: { logMethod },
      ...(config.environment === 'development' && !destination
        ? {
            transport: {
              target: 'pino-pretty',
              options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true },
            },
          }
        : {}),
    },
    // pino distinguishes its signatures by the presence of the argument.
    destination as DestinationStream,
  )
  // pino does not apply `formatters.log` to what a child logger adds to its lines.
  const { child } = log
  log.child = function (this: Logger, bindings, options) {
    return child.call(this, pickAllowedFields(bindings), options)
  } as typeof log.child
  return log
}

const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)
const isUuid = matches(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
const isNumber = (value: unknown) => typeof value === 'number'
/** Shorter than an AppSecret, a key or a token can be. */
const isName = matches(/^[\w-]{1,31}$/)

/** Every field that a log line may contain, and the shape of its value. */
const allowedLogFields = new Map<string, (value: unknown) => boolean>(
  Object.entries({
    ageMs: isNumber,
    appId: isName,
    attempts: isNumber,
    auditEvents: isNumber,
    avatarChecks: isNumber,
    bannedIdentities: isNumber,
    call: isName,
    code: (value) => typeof value === 'string' && Object.hasOwn(errorStatus, value),
    deadJobs: isNumber,
    durationMs: isNumber,
    err: (value) => value instanceof Error,
    errcode: isNumber,
    event: isName,
    job: isName,
    isNewUser: (value) => typeof value === 'boolean',
    mergeTickets: isNumber,
    method: matches(/^[A-Z]{1,10}$/),
    migration: matches(/^\w{1,200}$/),
    outcome: isName,
    phones: isNumber,
    /** The message of a `SafeError`. */
    reason: matches(/^[\w .,:'-]{1,100}$/),
    rejectedLogins: isNumber,
    requestId: isUuid,
    revocations: isNumber,
    sessions: isNumber,
    rid: matches(/^[\da-f-]{1,40}$/),
    /** The pattern, such as `/v1/me/sessions/:id`; never the requested path. */
    route: matches(/^(\/[\w:./*-]{0,100}|unknown)$/),
    signal: matches(/^SIG[A-Z\d]{1,10}$/),
    status: isNumber,
    userId: isUuid,
    wechatMessages: isNumber,
    wechatMs: isNumber,
  } satisfies Record<string, (value: unknown) => boolean>),
)

/** Copies only where a field is not allowed, which is rare. */
function pickAllowedFields(fields: Record<string, unknown>): Record<string, unknown> {
  for (const name in fields) if (!isAllowed(name, fields[name])) return dropDisallowed(fields)
  return fields
}

function dropDisallowed(fields: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(fields).filter(([name, value]) => isAllowed(name, value))
  return { ...Object.fromEntries(shown), hidden: Object.keys(fields).length - shown.length }
}

const isAllowed = (name: string, value: unknown) =>
  value === undefined || allowedLogFields.get(name)?.(value) === true

/** pino would use an error's message for the line and interpolate values into it; both could leak a secret. */
function logMethod(this: Logger, [first, second]: Parameters<LogFn>, method: LogFn): void {
  if (typeof first === 'string') {
    method.call(this, {}, first)
    return
  }
  const fields = first instanceof Error ? { err: first } : first
  method.call(this, fields, typeof second === 'string' ? second : 'no message')
}
