import type { FastifyBaseLogger } from 'fastify'
import { assertStillAdmin } from '../../domain/locks.ts'
import type { Database } from '../../infra/database/client.ts'
import type { DeadJobs } from '../../infra/jobs/dead-jobs.ts'
import type { Jobs } from '../../infra/jobs/jobs.ts'

/**
 * Gives a dead job all its attempts again.
 *
 * @throws ApiError `not_found`; `session_revoked`, `account_banned`, `forbidden` where the admin is one no longer.
 */
export type RetryJob = (act: { actorId: string; jobId: string; log: FastifyBaseLogger }) => Promise<void>

export function createRetryJob({
  database: { query },
  deadJobs,
  jobs,
}: {
  database: Database
  deadJobs: DeadJobs
  jobs: Jobs
}): RetryJob {
  return async ({ actorId, jobId, log }) => {
    await assertStillAdmin(query, actorId)
    await deadJobs.retry(jobId)
    jobs.wake()
    log.info({ userId: actorId }, 'an admin retries a dead job')
  }
}
