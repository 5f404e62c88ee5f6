import type { FastifyInstance } from 'fastify'
import type { Database } from '../infra/database/client.ts'
import { ApiError } from '../utils/api-error.ts'
import { SafeError } from '../utils/safe-error.ts'
import { withTimeout } from '../utils/with-timeout.ts'
import type { Drain } from './drain.ts'

/** The default timeout of a probe in Kubernetes. */
const pingTimeoutMs = 1000
/** Every client may call this, so the result of a ping is reused for this long. */
const pingLifetimeMs = 1000

/** For orchestrators and balancers: `live` means that the process runs, `ready` that it can serve. */
export function registerHealth(
  app: FastifyInstance,
  { database, drain }: { database: Database; drain: Drain },
): void {
  const pingDatabase = shared(() => ping(database))

  app.get('/health/live', { schema: { hide: true }, logLevel: 'warn' }, async () => ({ status: 'live' }))

  app.get('/health/ready', { schema: { hide: true }, logLevel: 'warn' }, async () => {
    if (drain.isDraining()) throw new ApiError('shutting_down')
    await pingDatabase()
    return { status: 'ready' }
  })
}

/** Shares one call, and its result or error, until its lifetime is over. */
function shared(call: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  const expire = () => {
    result = undefined
  }
  return () => {
    result ??= call().finally(() => void setTimeout(expire, pingLifetimeMs).unref())
    return result
  }
}

async function ping(database: Database): Promise<void> {
  const onTimeout = () => new SafeError(`no response within ${pingTimeoutMs} ms`)
  try {
    await withTimeout(database.ping(), pingTimeoutMs, onTimeout)
  } catch (error) {
    throw new ApiError('database_unavailable', { cause: error })
  }
}
