import type { FastifyInstance } from 'fastify'
import type { Database } from '../infra/database/client.ts'
import { ApiError } from '../utils/api-error.ts'
import { OwnError } from '../utils/safe-error.ts'
import { withDeadline } from '../utils/with-timeout.ts'
import type { Drain } from './drain.ts'

/** Whoever asks for readiness waits no longer by default: Kubernetes gives a probe one second. */
const pingTimeoutMs = 1000
/** For how long an answer of the database is given again: anybody may ask, as often as they like. */
const answerLifetimeMs = 1000

/** For whoever runs the process: `live` says that it runs, `ready` that it can serve. */
export function registerHealth(
  app: FastifyInstance,
  { database, drain }: { database: Database; drain: Drain },
): void {
  const pingDatabase = shared(() => ping(database))

  app.get('/health/live', { schema: { hide: true }, logLevel: 'warn' }, async () => ({ status: 'live' }))

  app.get('/health/ready', { schema: { hide: true }, logLevel: 'warn' }, async () => {
    if (drain.hasBegun()) throw new ApiError('shutting_down')
    await pingDatabase()
    return { status: 'ready' }
  })
}

/** One call for all who come while it is under way, or within the lifetime of what it answered, success or not. */
function shared(call: () => Promise<void>): () => Promise<void> {
  let answer: Promise<void> | undefined
  const forget = () => {
    answer = undefined
  }
  return () => {
    answer ??= call().finally(() => void setTimeout(forget, answerLifetimeMs).unref())
    return answer
  }
}

/** @throws ApiError `database_unavailable`. */
async function ping(database: Database): Promise<void> {
  const late = () => new OwnError(`no answer within ${pingTimeoutMs} ms`)
  try {
    await withDeadline(database.ping(), pingTimeoutMs, late)
  } catch (error) {
    throw new ApiError('database_unavailable', { cause: error })
  }
}
