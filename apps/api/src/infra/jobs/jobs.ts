import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../database/client.ts'
import type { Prisma } from '../database/generated/client.ts'
import { toErrorCode } from '../error-code.ts'
import type { ModerationVerdict } from '../wechat/content-check.ts'

/** The payload of each kind of background job. Never a secret: the table is not encrypted. */
export type JobPayloads = {
  /** Deletes a file from the storage, unless a user still has it as the avatar. */
  delete_file: { key: string }
  /** Applies WeChat's verdict on an avatar; `null` where it has none. */
  avatar_verdict: { appId: string; traceId: string; suggest: ModerationVerdict | null }
  /** Deletes data from WeChat after the user withdrew the authorization or WeChat removed it. */
  delete_wechat_data: { userId: string; parts: ('nickname' | 'avatar' | 'phone')[] }
  /** Deletes the account of a user who closed their WeChat account. */
  delete_account: { userId: string }
  /** Has WeChat check a nickname that was accepted unchecked. */
  check_nickname: { userId: string }
  /** Has WeChat check an avatar; the verdict arrives by message push. */
  check_avatar: { userId: string; key: string }
}

export type JobKind = keyof JobPayloads

/** Runs one job. Must be idempotent: after a crash a job runs again. */
export type JobHandlers = {
  [Kind in JobKind]: (payload: JobPayloads[Kind], job: { id: string }) => Promise<void>
}

/**
 * Inserts a job in the transaction that is the reason for it: it runs if, and only if, that commits.
 *
 * @returns its id.
 */
export async function addJob<Kind extends JobKind>(
  statements: Pick<Prisma.TransactionClient, 'job'>,
  kind: Kind,
  payload: JobPayloads[Kind],
  { dueInSeconds = 0 }: { dueInSeconds?: number } = {},
): Promise<string> {
  const id = uuidv7()
  await statements.job.create({
    data: { id, kind, payload, runAt: new Date(Date.now() + dueInSeconds * 1000) },
  })
  return id
}

export type Jobs = {
  /** Starts to process jobs. */
  start(handlers: JobHandlers): void
  /** Polls at once; for code that has just committed a job. */
  notify(): void
  /** Starts no further job, and waits for running ones. */
  close(): Promise<void>
}

/** The delay until jobs of other instances, or of a crashed process, are found. */
const pollMs = 1000
/** A job that runs longer is started again, so a handler must end before. */
const firstRetrySeconds = 30
const maximumRetrySeconds = 60 * 60
/** Over two days: longer than most outages of WeChat or a bucket. Then the job is dead. */
export const maximumAttempts = 60

type JobRow = { id: string; kind: JobKind; payload: never; attempts: number }

/**
 * Processes jobs, one of each kind at a time, so that a kind that hangs delays no other. A failed job is retried after half
 * a minute, then with exponential backoff up to an hour; after the last attempt it is dead until an admin retries it.
 * Instances share the jobs, and no two run the same one at the same time.
 */
export function createJobs({
  database: { prisma },
  log,
}: {
  database: Database
  log: FastifyBaseLogger
}): Jobs {
  const busy = new Map<JobKind, Promise<void>>()
  const stop = new AbortController()
  let nextPoll = new AbortController()
  let running: Promise<void> | undefined

  async function run(handlers: JobHandlers): Promise<void> {
    const kinds = Object.keys(handlers) as JobKind[]
    while (!stop.signal.aborted) {
      // Before the poll: a job that is committed during it triggers the next one at once.
      nextPoll = new AbortController()
      const jobs = await claim(kinds.filter((kind) => !busy.has(kind))).catch((error) => {
        log.error({ err: error }, 'polling for jobs failed')
        return []
      })
      for (const job of jobs) startJob(job, handlers)
      if (jobs.length === 0) await pause()
    }
    await Promise.all(busy.values())
  }

  function startJob(job: JobRow, handlers: JobHandlers): void {
    const finished = runJob(job, handlers)
      .catch((error) => log.error({ err: error, job: job.kind }, 'the result of a job could not be stored'))
      .finally(() => {
        busy.delete(job.kind)
        nextPoll.abort()
      })
    busy.set(job.kind, finished)
  }

  /** The job of each kind that is due the longest. Claiming one also schedules its retry, in case this process crashes. */
  async function claim(free: JobKind[]): Promise<JobRow[]> {
    if (free.length === 0) return []
    return prisma.$queryRaw<JobRow[]>`
      WITH due AS MATERIALIZED (
        SELECT next.id FROM unnest(${free}::text[]) AS free(kind) CROSS JOIN LATERAL (
          SELECT id FROM jobs WHERE jobs.kind = free.kind AND dead_at IS NULL AND run_at <= now()
          ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS next)
      UPDATE jobs SET attempts = attempts + 1,
        run_at = now() + make_interval(secs => LEAST(${firstRetrySeconds} * 2 ^ LEAST(attempts, 10), ${maximumRetrySeconds}))
      FROM due WHERE jobs.id = due.id
      RETURNING jobs.id, kind, payload, attempts`
  }

  async function runJob({ id, kind, payload, attempts }: JobRow, handlers: JobHandlers): Promise<void> {
    // The process ended during the last attempt, and might again.
    if (attempts > maximumAttempts) return markDead({ id, kind, attempts }, 'process_ended')
    try {
      await handlers[kind](payload, { id })
    } catch (error) {
      if (attempts < maximumAttempts)
        log.error({ err: error, job: kind, attempts }, 'a job failed and will be tried again')
      else await markDead({ id, kind, attempts }, toErrorCode(error), error)
      return
    }
    // A merge may have moved it to another user meanwhile; then it runs again.
    await prisma.job.deleteMany({ where: { id, payload: { equals: payload } } })
  }

  async function markDead(
    { id, kind, attempts }: Pick<JobRow, 'id' | 'kind' | 'attempts'>,
    reason: string,
    error?: unknown,
  ): Promise<void> {
    await prisma.job.updateMany({ where: { id }, data: { deadAt: new Date(), error: reason } })
    log.error({ err: error, job: kind, attempts }, 'a job failed for the last time and is dead')
  }

  async function pause(): Promise<void> {
    const signal = AbortSignal.any([stop.signal, nextPoll.signal])
    await sleep(pollMs, undefined, { signal, ref: false }).catch(() => undefined)
  }

  return {
    start(handlers) {
      running = run(handlers)
    },
    notify: () => nextPoll.abort(),
    async close() {
      stop.abort()
      await running
    },
  }
}
