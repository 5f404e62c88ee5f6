import type { FastifyBaseLogger } from 'fastify'
import { Redis, ReplyError } from 'ioredis'
import { OwnError } from '../../utils/safe-error.ts'
import { withDeadline } from '../../utils/with-timeout.ts'
import { type Count, type Counters, createMemoryCounters } from './counters.ts'

/** Longer than Redis ever takes, and short enough for a login to wait once. */
const answerWithinMs = 250
const connectWithinMs = 2000
const probeEveryMs = 1000
const reportEveryMs = 60_000

/** One step for Redis, so that no key can be left without an end. */
const hitScript = `
  local count = redis.call('INCR', KEYS[1])
  local endsIn = redis.call('PTTL', KEYS[1])
  if endsIn < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    endsIn = tonumber(ARGV[1])
  end
  return { count, endsIn }`

/** A key that is gone is not made again: it would have no end. */
const takeBackScript = `
  if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end`

type RedisWithScripts = Redis & {
  hit(key: string, windowMs: number): Promise<[number, number]>
  takeBack(key: string): Promise<unknown>
}

/** What a probe counts. It proves a write: a Redis that is full, or a replica, still answers PING. */
const probeKey = 'limit:probe'

/**
 * Counts in Redis, for all instances together. While Redis is away, silent or refuses to write this instance counts by
 * itself, and no request waits: the first that is not counted in time is the last to ask, until a probe in the
 * background is counted.
 */
export async function openRedisCounters(url: string, log: FastifyBaseLogger): Promise<Counters> {
  const memory = createMemoryCounters()
  const redis = new Redis(url, {
    connectionName: 'wechat-login-api',
    connectTimeout: connectWithinMs,
    // For the handshake: what is counted has a shorter bound.
    commandTimeout: connectWithinMs,
    retryStrategy: () => probeEveryMs,
    // Nothing is kept for later: by then the request has been counted here.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // The probe says more than INFO does, and needs no other rights than the counting.
    enableReadyCheck: false,
    disableClientInfo: true,
    // The name may lead to the new primary by now.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
    scripts: {
      hit: { lua: hitScript, numberOfKeys: 1 },
      takeBack: { lua: takeBackScript, numberOfKeys: 1 },
    },
  }) as RedisWithScripts
  let isServing = false
  /** Whether the last line of the log says that Redis is away. */
  let isReported = false
  let reportedAt = Number.NEGATIVE_INFINITY

  redis.on('close', () => distrust(new OwnError('the connection is closed')))
  redis.on('error', distrust)
  const prober = setInterval(probe, probeEveryMs)
  prober.unref()

  async function probe(): Promise<void> {
    if (isServing) return
    if (redis.status !== 'ready') return report(new OwnError('no connection'))
    try {
      await inTime(redis.hit(probeKey, probeEveryMs))
      trust()
    } catch (error) {
      distrust(error as Error)
      // The connection may be dead without either end knowing; a refusal proves that it is not.
      if (!(error instanceof ReplyError)) redis.disconnect(true)
    }
  }

  function trust(): void {
    isServing = true
    if (!isReported) return
    isReported = false
    log.info('Redis counts again: the limits are counted for all instances')
  }

  function distrust(error: Error): void {
    isServing = false
    report(error)
  }

  /** Once a minute, however often Redis comes and goes meanwhile. */
  function report(error: Error): void {
    const now = performance.now()
    if (redis.status === 'end' || now - reportedAt < reportEveryMs) return
    reportedAt = now
    isReported = true
    log.warn({ reason: reasonOf(error) }, 'Redis does not count: this instance counts its limits by itself')
  }

  await firstWord(redis)
  await probe()
  return {
    hit(key, windowMs) {
      return isServing ? hitRedis(key, windowMs) : memory.hit(key, windowMs)
    },
    takeBack(key) {
      return isServing ? write(redis.takeBack(key)) : memory.takeBack(key)
    },
    async forget(keys) {
      memory.forget(keys)
      if (isServing) await write(redis.del(keys))
    },
    close() {
      clearInterval(prober)
      redis.disconnect()
      memory.close()
    },
  }

  async function write(answer: Promise<unknown>): Promise<void> {
    try {
      await inTime(answer)
    } catch (error) {
      distrust(error as Error)
    }
  }

  async function hitRedis(key: string, windowMs: number): Promise<Count> {
    try {
      const [count, endsInMs] = await inTime(redis.hit(key, windowMs))
      return { count, endsInMs }
    } catch (error) {
      distrust(error as Error)
      return memory.hit(key, windowMs)
    }
  }
}

const inTime = <Answer>(answer: Promise<Answer>) =>
  withDeadline(answer, answerWithinMs, () => new OwnError('no answer in time'))

/** Such as `ECONNREFUSED` or `WRONGPASS`, and never all of it: an error of Redis carries the command, so the password. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error instanceof OwnError) return error.message
  return error.code ?? /^[A-Z]{3,20}\b/.exec(error.message)?.[0] ?? 'no answer in time'
}

/** Resolves once Redis can be used or is known to be away, or after a moment: a start does not depend on it. */
async function firstWord(redis: Redis): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const event of ['ready', 'error', 'close']) redis.once(event, () => resolve())
    setTimeout(resolve, probeEveryMs).unref()
  })
}
