import { errorStatus } from '@repo/shared'
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino'
import type { Config } from '../../config/config.ts'
import { describeError, describeErrorInDevelopment } from './serialize-error.ts'

/**
 * Lines of JSON on stdout; in development, lines that people read. Only what `loggable` names gets into a line, and
 * only in the shape that it has there. All else is left out and counted as `hidden`: whoever forgets to list a
 * field misses it in the log, instead of a secret being found there.
 */
export function createLog(
  config: Pick<Config, 'environment' | 'logLevel'>,
  destination?: DestinationStream,
): Logger {
  const log = pino(
    {
      level: config.logLevel,
      formatters: { log: onlyLoggable },
      serializers: {
        err: config.environment === 'development' ? describeErrorInDevelopment : describeError,
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
    // pino tells the two signatures apart by the presence of the argument.
    destination as DestinationStream,
  )
  // pino does not apply `formatters.log` to what a child logger adds to its lines.
  const { child } = log
  log.child = function (this: Logger, bindings, options) {
    return child.call(this, onlyLoggable(bindings), options)
  } as typeof log.child
  return log
}

const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)
const isUuid = matches(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
const isNumber = (value: unknown) => typeof value === 'number'
/** Shorter than an AppSecret, a key or a token can be. */
const isName = matches(/^[\w-]{1,31}$/)

/** Every field that a log line may have, and the shape of its value. */
const loggable = new Map<string, (value: unknown) => boolean>(
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
    expiredSessions: isNumber,
    job: isName,
    isNewUser: (value) => typeof value === 'boolean',
    mergeTickets: isNumber,
    method: matches(/^[A-Z]{1,10}$/),
    migration: matches(/^\w{1,200}$/),
    outcome: isName,
    phones: isNumber,
    /** The words of an `OwnError`. */
    reason: matches(/^[\w .,:'-]{1,100}$/),
    rejectedLogins: isNumber,
    requestId: isUuid,
    revocations: isNumber,
    revokedSessions: isNumber,
    rid: matches(/^[\da-f-]{1,40}$/),
    /** The pattern, such as `/v1/me/sessions/:id`; never the path that was asked for. */
    route: matches(/^(\/[\w:./*-]{0,100}|unknown)$/),
    signal: matches(/^SIG[A-Z\d]{1,10}$/),
    status: isNumber,
    userId: isUuid,
    wechatMessages: isNumber,
    wechatMs: isNumber,
  } satisfies Record<string, (value: unknown) => boolean>),
)

/** Nearly every line is in order, and then costs no copy. */
function onlyLoggable(fields: Record<string, unknown>): Record<string, unknown> {
  for (const name in fields) if (!isLoggable(name, fields[name])) return withoutHidden(fields)
  return fields
}

function withoutHidden(fields: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(fields).filter(([name, value]) => isLoggable(name, value))
  return { ...Object.fromEntries(shown), hidden: Object.keys(fields).length - shown.length }
}

const isLoggable = (name: string, value: unknown) =>
  value === undefined || loggable.get(name)?.(value) === true

/** pino makes the message of an error the message of the line, and puts values into it; neither may happen. */
function logMethod(this: Logger, [first, second]: Parameters<LogFn>, method: LogFn): void {
  if (typeof first === 'string') {
    method.call(this, {}, first)
    return
  }
  const fields = first instanceof Error ? { err: first } : first
  method.call(this, fields, typeof second === 'string' ? second : 'no message')
}
