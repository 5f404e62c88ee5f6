import type { FastifyInstance } from 'fastify'
import type { Database } from './database/database.ts'
import { ApiError } from './problem.ts'

/** For whoever runs the process: `live` says that it runs, `ready` that it can serve. */
export function registerHealth(app: FastifyInstance, database: Database): void {
  app.get('/health/live', { schema: { hide: true }, logLevel: 'warn' }, async () => ({ status: 'live' }))

  app.get('/health/ready', { schema: { hide: true }, logLevel: 'warn' }, async () => {
    try {
      await database.ping()
    } catch (error) {
      throw new ApiError('database_unavailable', { cause: error })
    }
    return { status: 'ready' }
  })
}
