import type { FastifyBaseLogger } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/infra/database/client.ts'
import { createDeadJobs } from '../../src/infra/jobs/dead-jobs.ts'
import {
  addJob,
  createJobs,
  type JobHandlers,
  type Jobs,
  maximumAttempts,
} from '../../src/infra/jobs/jobs.ts'
import { ApiError } from '../../src/utils/api-error.ts'
import { createTestDatabase, hasDatabase } from '../support/database.ts'
import { migrationsFolder } from '../support/embedded-templates.ts'
import { eventually } from '../support/eventually.ts'
import { memoryLog } from '../support/memory-log.ts'
import { testVariables } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'

describe.runIf(hasDatabase)('a job', () => {
  let database: Database
  let target: Awaited<ReturnType<typeof createTestDatabase>>
  let log: FastifyBaseLogger
  let logged: () => string
  let running: Jobs[]
  let done: string[]
  beforeAll(async () => {
    target = await createTestDatabase()
    const { log: opening } = memoryLog({ logLevel: 'error' })
    database = await openDatabase(target.config, { migrationsFolder, log: opening })
  })
  beforeEach(async () => {
    const memory = memoryLog(readConfig(testVariables('http://127.0.0.1:1')))
    log = memory.log
    logged = memory.text
    running = []
    done = []
    await database.prisma.job.deleteMany()
  })
  afterEach(() => Promise.all(running.map((jobs) => jobs.close())))
  afterAll(async () => {
    await database?.close()
    await target?.remove()
  })

  const add = (key: string) => addJob(database.prisma, 'delete_file', { key })
  const left = () => database.prisma.job.count()
  const work: JobHandlers['delete_file'] = async ({ key }) => void done.push(key)
  const start = (delete_file: JobHandlers['delete_file'] = work, others: Partial<JobHandlers> = {}): Jobs => {
    const nothing = async () => {}
    const handlers: JobHandlers = {
      delete_file,
      check_nickname: nothing,
      check_avatar: nothing,
      avatar_verdict: nothing,
      delete_wechat_data: nothing,
      delete_account: nothing,
      ...others,
    }
    const jobs = createJobs({ database, log })
    jobs.start(handlers)
    running.push(jobs)
    return jobs
  }
  const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs))
  /** As if the time until the next try were over. */
  const makeDue = () => database.prisma.job.updateMany({ data: { runAt: new Date(0) } })

  it('runs once when several instances work', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `job-${index}`)
    const runAt = new Date(0)
    await database.prisma.job.createMany({
      data: keys.map((key) => ({ id: crypto.randomUUID(), kind: 'delete_file', payload: { key }, runAt })),
    })
    for (let instance = 0; instance < 8; instance += 1) start()
    await eventually(async () => expect(await left()).toBe(0), 15_000)
    expect(done.sort()).toEqual(keys.sort())
  })

  it('is not started by another instance while it runs, nor for a while after', async () => {
    await add('slow')
    let end = () => {}
    const hanging = new Promise<void>((resolve) => {
      end = resolve
    })
    start(async ({ key }) => {
      done.push(key)
      await hanging
    })
    await eventually(async () => expect(done).toEqual(['slow']))
    start()
    await pause(1500)
    expect(done).toEqual(['slow'])
    end()
    await eventually(async () => expect(await left()).toBe(0))
    expect(done).toEqual(['slow'])
  })

  it('that fails runs again later each time, and delays no other job', async () => {
    await add('bad')
    await add('good')
    let failing = true
    start(async ({ key }) => {
      if (key === 'bad' && failing) throw new Error('the secret reason')
      done.push(key)
    })
    await eventually(async () => expect(done).toEqual(['good']))
    for (const [attempts, seconds] of [
      [1, 30],
      [2, 60],
      [3, 120],
    ] as const) {
      await eventually(async () => {
        const [job] = await database.prisma.job.findMany()
        expect(job?.attempts).toBe(attempts)
        const waitSeconds = ((job?.runAt.getTime() ?? 0) - Date.now()) / 1000
        expect(Math.abs(waitSeconds - seconds)).toBeLessThan(10)
      })
      if (attempts === 3) failing = false
      await makeDue()
    }
    await eventually(async () => expect(done).toEqual(['good', 'bad']))
    await eventually(async () => expect(await left()).toBe(0))
    expect(logged()).toContain('a job failed and will be tried again')
    expect(logged()).not.toContain('secret reason')
  })

  it('is never delayed by more than an hour', async () => {
    const id = await add('bad')
    await database.prisma.job.update({ where: { id }, data: { attempts: maximumAttempts - 2 } })
    start(async () => {
      throw new Error('never')
    })
    await eventually(async () => {
      const [job] = await database.prisma.job.findMany()
      expect(job?.attempts).toBe(maximumAttempts - 1)
      expect(job?.runAt.getTime()).toBeLessThan(Date.now() + 3_700_000)
    })
  })

  it('that hangs delays no job of another kind', async () => {
    const { prisma } = database
    for (let index = 0; index < 5; index += 1) await addJob(prisma, 'check_nickname', { userId: `${index}` })
    for (const key of ['one', 'two', 'three']) await add(key)
    let end = () => {}
    const hanging = new Promise<void>((resolve) => {
      end = resolve
    })
    const asked: string[] = []
    start(work, {
      async check_nickname({ userId }) {
        asked.push(userId)
        await hanging
      },
    })
    await eventually(async () => expect(done.sort()).toEqual(['one', 'three', 'two']))
    expect(asked, 'one of its kind at a time').toHaveLength(1)
    end()
    await eventually(async () => expect(await left()).toBe(0))
    expect(asked).toHaveLength(5)
  })

  it('is dead and logged once after its last attempt, and runs again when an admin retries it', async () => {
    const { prisma } = database
    const deadJobs = createDeadJobs(database)
    const id = await add('bad')
    await add('good')
    await prisma.job.update({ where: { id }, data: { attempts: maximumAttempts - 1 } })
    let failing = true
    const jobs = start(async ({ key }) => {
      if (key === 'bad' && failing) throw new ApiError('storage_unavailable')
      done.push(key)
    })
    const dead = {
      id,
      kind: 'delete_file',
      attempts: maximumAttempts,
      deadAt: expect.any(String),
      error: 'storage_unavailable',
    }
    await eventually(async () => expect(await deadJobs.list()).toEqual([dead]))
    expect(await deadJobs.count()).toEqual({ delete_file: 1 })
    await makeDue()
    await pause(1500)
    expect(done, 'no attempt more').toEqual(['good'])
    expect(logged().match(/a job failed for the last time and is dead/g)).toHaveLength(1)

    failing = false
    await deadJobs.retry(id)
    jobs.notify()
    await eventually(async () => expect(done).toEqual(['good', 'bad']))
    expect(await deadJobs.list()).toEqual([])
    await expect(deadJobs.retry(id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is dead when the process ended during each attempt', async () => {
    const id = await add('killer')
    await database.prisma.job.update({ where: { id }, data: { attempts: maximumAttempts } })
    start()
    await eventually(async () =>
      expect(await createDeadJobs(database).list()).toMatchObject([{ id, error: 'process_ended' }]),
    )
    expect(done).toEqual([])
  })

  it('that no instance was running for is run by the next instance', async () => {
    const first = start()
    await first.close()
    await add('later')
    await pause(1200)
    expect(done).toEqual([])
    start()
    await eventually(async () => expect(done).toEqual(['later']))
  })

  it('of a rolled-back transaction never runs', async () => {
    start()
    const failed = database.prisma.$transaction(async (transaction) => {
      await addJob(transaction, 'delete_file', { key: 'undone' })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    await pause(1500)
    expect(done).toEqual([])
    expect(await left()).toBe(0)
  })

  it('starts at once when it is announced, or when it is due later', async () => {
    const jobs = start()
    await pause(300)
    await add('now')
    await addJob(database.prisma, 'delete_file', { key: 'much later' }, { dueInSeconds: 600 })
    const { durationMs } = await timed(async () => {
      jobs.notify()
      await eventually(async () => expect(done).toEqual(['now']))
    })
    expect(durationMs).toBeLessThan(600)
    await pause(1200)
    expect(done).toEqual(['now'])
    expect(await left()).toBe(1)
  })

  it('that is running is awaited at shutdown, and no other starts', async () => {
    await add('first')
    await add('second')
    const jobs = start(async ({ key }) => {
      await pause(500)
      done.push(key)
    })
    await pause(200)
    await jobs.close()
    expect(done).toEqual(['first'])
    expect(await left()).toBe(1)
    await pause(300)
    expect(done).toEqual(['first'])
  })

  it('of a kind that this version does not know waits for a version that does', async () => {
    await database.prisma.job.create({
      data: { id: crypto.randomUUID(), kind: 'of_tomorrow', payload: {}, runAt: new Date(0) },
    })
    await add('known')
    start()
    await eventually(async () => expect(done).toEqual(['known']))
    expect(await left()).toBe(1)
  })
})
