import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import { toApiError } from '../../http/errors.ts'
import type { Database } from '../database/client.ts'
import type { Prisma } from '../database/generated/client.ts'
import type { ModerationVerdict } from '../wechat/content-check.ts'

/** What has to be done after a transaction, by kind: what each has to know. Never a secret: the table is plain. */
export type JobPayloads = {
  /** Removes a file from the storage, unless somebody still has it. */
  delete_file: { key: string }
  /** Acts on WeChat's verdict on a picture; `null` where it has none. */
  avatar_verdict: { appId: string; traceId: string; suggest: ModerationVerdict | null }
  /** Deletes what somebody no longer lets us have of WeChat, or what WeChat itself has removed. */
  forget_wechat_data: { userId: string; parts: ('nickname' | 'avatar' | 'phone')[] }
  /** Deletes the account of somebody who has closed theirs at WeChat. */
  delete_account: { userId: string }
  /** Asks WeChat about a nickname that was taken unchecked. */
  check_nickname: { userId: string }
  /** Asks WeChat about a picture; the verdict comes by message push. */
  check_avatar: { userId: string; key: string }
}

export type JobKind = keyof JobPayloads

/** Does one job. It may have been done before, whole or in part: a process that is killed repeats it. */
export type JobHandlers = {
  [Kind in JobKind]: (payload: JobPayloads[Kind], job: { id: string }) => Promise<void>
}

/**
 * Writes a job in the transaction that is the reason for it: it will be done if, and only if, that commits.
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
  /** Begins to work off jobs; until then they wait. */
  start(handlers: JobHandlers): void
  /** Looks for jobs at once instead of at the next turn; for code that has just committed one. */
  wake(): void
  /** Begins no other job, and waits for those that are under way. */
  close(): Promise<void>
}

/** After which other instances' jobs, or those of a process that died, are found. */
const pollMs = 1000
/** A job that has not ended after this is tried again; a handler must end before. */
const firstRetrySeconds = 30
const longestRetrySeconds = 60 * 60
/** Over two days: longer than WeChat, a bucket or a wrong secret keeps failing. Then the job is dead. */
export const maximumAttempts = 60

type JobRow = { id: string; kind: JobKind; payload: never; attempts: number }

/**
 * Works off jobs until each is done: one of each kind at a time, so that a kind that hangs delays no other. A failure is
 * tried again after half a minute, then after twice that, up to an hour; after its last attempt a job is dead, until an
 * admin retries it. Several instances share the work, and no two do one job at the same time.
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
  let turn = new AbortController()
  let running: Promise<void> | undefined

  async function run(handlers: JobHandlers): Promise<void> {
    const kinds = Object.keys(handlers) as JobKind[]
    while (!stop.signal.aborted) {
      // Before the search: what is committed during it is found by the next one at once.
      turn = new AbortController()
      const jobs = await claim(kinds.filter((kind) => !busy.has(kind))).catch((error) => {
        log.error({ err: error }, 'jobs could not be looked for')
        return []
      })
      for (const job of jobs) begin(job, handlers)
      if (jobs.length === 0) await pause()
    }
    await Promise.all(busy.values())
  }

  function begin(job: JobRow, handlers: JobHandlers): void {
    const working = work(job, handlers)
      .catch((error) => log.error({ err: error, job: job.kind }, 'the outcome of a job could not be stored'))
      .finally(() => {
        busy.delete(job.kind)
        turn.abort()
      })
    busy.set(job.kind, working)
  }

  /** Of each kind the job that is due the longest. Claiming one is the promise to try it again later, whatever happens now. */
  async function claim(free: JobKind[]): Promise<JobRow[]> {
    if (free.length === 0) return []
    return prisma.$queryRaw<JobRow[]>`
      WITH due AS MATERIALIZED (
        SELECT next.id FROM unnest(${free}::text[]) AS free(kind) CROSS JOIN LATERAL (
          SELECT id FROM jobs WHERE jobs.kind = free.kind AND dead_at IS NULL AND run_at <= now()
          ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED) AS next)
      UPDATE jobs SET attempts = attempts + 1,
        run_at = now() + make_interval(secs => LEAST(${firstRetrySeconds} * 2 ^ LEAST(attempts, 10), ${longestRetrySeconds}))
      FROM due WHERE jobs.id = due.id
      RETURNING jobs.id, kind, payload, attempts`
  }

  async function work({ id, kind, payload, attempts }: JobRow, handlers: JobHandlers): Promise<void> {
    // The process ended in the last attempt, and would again.
    if (attempts > maximumAttempts) return bury({ id, kind, attempts }, 'process_ended')
    try {
      await handlers[kind](payload, { id })
    } catch (error) {
      if (attempts < maximumAttempts)
        log.error({ err: error, job: kind, attempts }, 'a job failed and will be tried again')
      else await bury({ id, kind, attempts }, toApiError(error as Error).code, error)
      return
    }
    // Where a merge has made it another user's meanwhile, it is not done.
    await prisma.job.deleteMany({ where: { id, payload: { equals: payload } } })
  }

  async function bury(
    { id, kind, attempts }: Pick<JobRow, 'id' | 'kind' | 'attempts'>,
    reason: string,
    error?: unknown,
  ): Promise<void> {
    await prisma.job.updateMany({ where: { id }, data: { deadAt: new Date(), error: reason } })
    log.error({ err: error, job: kind, attempts }, 'a job failed for the last time and is dead')
  }

  async function pause(): Promise<void> {
    const ended = AbortSignal.any([stop.signal, turn.signal])
    await sleep(pollMs, undefined, { signal: ended, ref: false }).catch(() => undefined)
  }

  return {
    start(handlers) {
      running = run(handlers)
    },
    wake: () => turn.abort(),
    async close() {
      stop.abort()
      await running
    },
  }
}
