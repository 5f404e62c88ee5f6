import type { FastifyBaseLogger } from 'fastify'
import { Redis, ReplyError } from 'ioredis'
import { SafeError } from '../../utils/safe-error.ts'
import { withTimeout } from '../../utils/with-timeout.ts'
import { type CounterState, type Counters, createMemoryCounters } from './counters.ts'

/** Longer than a healthy Redis takes, and short enough for one login to wait. */
const responseTimeoutMs = 250
const connectTimeoutMs = 2000
const probeEveryMs = 1000
const reportEveryMs = 60_000

/** Atomic, so that no key can be left without an expiry. */
const incrementScript = `
  local count = redis.call('INCR', KEYS[1])
  local endsIn = redis.call('PTTL', KEYS[1])
  if endsIn < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    endsIn = tonumber(ARGV[1])
  end
  return { count, endsIn }`

/** An expired key is not created again: it would have no expiry. */
const decrementScript = `
  if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end`

type RedisWithScripts = Redis & {
  incrementWindow(key: string, windowMs: number): Promise<[number, number]>
  decrementWindow(key: string): Promise<unknown>
}

/** A probe proves a write: a Redis that is full, or a replica, still responds to PING. */
const probeKey = 'limit:probe'

/**
 * Counts in Redis, for all instances together. While Redis is unavailable, this instance counts in its own memory. Only
 * the first request waits for a Redis that hangs: the next ones skip it until a probe in the background succeeds.
 */
export async function openRedisCounters(url: string, log: FastifyBaseLogger): Promise<Counters> {
  const memory = createMemoryCounters()
  const redis = new Redis(url, {
    connectionName: 'wechat-login-api',
    connectTimeout: connectTimeoutMs,
    // For the handshake; counting has a shorter timeout.
    commandTimeout: connectTimeoutMs,
    retryStrategy: () => probeEveryMs,
    // Nothing is queued for later: by then the request has been counted in memory.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // The probe proves more than INFO does, and needs no other permissions than counting.
    enableReadyCheck: false,
    disableClientInfo: true,
    // The host name may resolve to the new primary by now.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
    scripts: {
      incrementWindow: { lua: incrementScript, numberOfKeys: 1 },
      decrementWindow: { lua: decrementScript, numberOfKeys: 1 },
    },
  }) as RedisWithScripts
  let isHealthy = false
  /** Whether the last log line says that Redis is unavailable. */
  let isReported = false
  let reportedAt = Number.NEGATIVE_INFINITY

  redis.on('close', () => markUnhealthy(new SafeError('the connection is closed')))
  redis.on('error', markUnhealthy)
  const prober = setInterval(probe, probeEveryMs)
  prober.unref()

  async function probe(): Promise<void> {
    if (isHealthy) return
    if (redis.status !== 'ready') return report(new SafeError('no connection'))
    try {
      await inTime(redis.incrementWindow(probeKey, probeEveryMs))
      markHealthy()
    } catch (error) {
      markUnhealthy(error as Error)
      // The connection may be dead without either end knowing; an error of Redis proves that it is alive.
      if (!(error instanceof ReplyError)) redis.disconnect(true)
    }
  }

  function markHealthy(): void {
    isHealthy = true
    if (!isReported) return
    isReported = false
    log.info('Redis counts again: the limits are counted for all instances')
  }

  function markUnhealthy(error: Error): void {
    isHealthy = false
    report(error)
  }

  /** At most once a minute, however often the connection flaps. */
  function report(error: Error): void {
    const now = performance.now()
    if (redis.status === 'end' || now - reportedAt < reportEveryMs) return
    reportedAt = now
    isReported = true
    log.warn({ reason: reasonOf(error) }, 'Redis does not count: this instance counts its limits by itself')
  }

  await waitForFirstEvent(redis)
  await probe()
  return {
    increment(key, windowMs) {
      return isHealthy ? incrementInRedis(key, windowMs) : memory.increment(key, windowMs)
    },
    decrement(key) {
      return isHealthy ? write(redis.decrementWindow(key)) : memory.decrement(key)
    },
    async reset(keys) {
      memory.reset(keys)
      if (isHealthy) await write(redis.del(keys))
    },
    close() {
      clearInterval(prober)
      redis.disconnect()
      memory.close()
    },
  }

  async function write(command: Promise<unknown>): Promise<void> {
    try {
      await inTime(command)
    } catch (error) {
      markUnhealthy(error as Error)
    }
  }

  async function incrementInRedis(key: string, windowMs: number): Promise<CounterState> {
    try {
      const [count, endsInMs] = await inTime(redis.incrementWindow(key, windowMs))
      return { count, endsInMs }
    } catch (error) {
      markUnhealthy(error as Error)
      return memory.increment(key, windowMs)
    }
  }
}

const inTime = <Reply>(reply: Promise<Reply>) =>
  withTimeout(reply, responseTimeoutMs, () => new SafeError('no response in time'))

/** Such as `ECONNREFUSED` or `WRONGPASS`, never the whole message: it contains the command, so also the password. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error instanceof SafeError) return error.message
  return error.code ?? /^[A-Z]{3,20}\b/.exec(error.message)?.[0] ?? 'no response in time'
}

/** Resolves once Redis is ready or known to be unavailable, or after a moment: the start does not depend on it. */
async function waitForFirstEvent(redis: Redis): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const event of ['ready', 'error', 'close']) redis.once(event, () => resolve())
    setTimeout(resolve, probeEveryMs).unref()
  })
}
