import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '../database/database.ts'
import type { Prisma } from '../database/generated/client.ts'
import type { Suggest } from '../wechat/content-check.ts'

/** What has to be done after a transaction, by kind: what each has to know. Never a secret: the table is plain. */
export type JobPayloads = {
  /** Removes a file from the storage, unless somebody still has it. */
  delete_file: { key: string }
  /** Acts on WeChat's verdict on a picture; `null` where it has none. */
  avatar_verdict: { appId: string; traceId: string; suggest: Suggest | null }
  /** Deletes what somebody no longer lets us have of WeChat, or what WeChat itself has removed. */
  forget_wechat_data: { userId: string; parts: ('nickname' | 'avatar' | 'phone')[] }
  /** Erases the account of somebody who has closed theirs at WeChat. */
  erase_account: { userId: string }
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
  /** Looks for jobs at once instead of at the next turn; for whoever has just committed one. */
  wake(): void
  /** Begins no other job, and waits for the one that is under way. */
  close(): Promise<void>
}

/** Which other instances' jobs, or those of a process that died, are found. */
const pollMs = 1000
/** A job that has not ended after this is tried again; a handler must end before. */
const firstRetrySeconds = 30
const longestRetrySeconds = 60 * 60

type JobRow = { id: string; kind: JobKind; payload: never; attempts: number }

/**
 * Works off jobs one by one until each is done: a failure is tried again after half a minute, then after twice that,
 * up to an hour. Several instances share the work, and no two do one job at the same time.
 */
export function startJobs({
  database: { prisma },
  handlers,
  log,
}: {
  database: Database
  handlers: JobHandlers
  log: FastifyBaseLogger
}): Jobs {
  const stop = new AbortController()
  let turn = new AbortController()
  const running = run()

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let job: JobRow | undefined
      try {
        job = await claim()
        if (job) await work(job)
      } catch (error) {
        log.error({ err: error }, 'jobs could not be looked for')
      }
      if (!job) await pause()
    }
  }

  /** The job that is due the longest. Claiming it is the promise to try it again later, whatever happens now. */
  async function claim(): Promise<JobRow | undefined> {
    const [job] = await prisma.$queryRaw<JobRow[]>`
      UPDATE jobs SET attempts = attempts + 1,
        run_at = now() + make_interval(secs => LEAST(${firstRetrySeconds} * 2 ^ LEAST(attempts, 10), ${longestRetrySeconds}))
      WHERE id = (SELECT id FROM jobs WHERE run_at <= now() ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, kind, payload, attempts`
    return job
  }

  async function work({ id, kind, payload, attempts }: JobRow): Promise<void> {
    try {
      await handlers[kind](payload, { id })
      // Where a merge has made it somebody else's meanwhile, it is not done.
      await prisma.job.deleteMany({ where: { id, payload: { equals: payload } } })
    } catch (error) {
      log.error({ err: error, job: kind, attempts }, 'a job failed and will be tried again')
    }
  }

  async function pause(): Promise<void> {
    turn = new AbortController()
    const ended = AbortSignal.any([stop.signal, turn.signal])
    await sleep(pollMs, undefined, { signal: ended, ref: false }).catch(() => undefined)
  }

  return {
    wake: () => turn.abort(),
    async close() {
      stop.abort()
      await running
    },
  }
}
