import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { freePort } from '../free-port.ts'
import { startKeeper } from './keeper.ts'

/** A local Redis on a free port of the loopback interface, in memory only. */
export interface LocalRedis {
  url: string
  /** Ends it abruptly, as `kill -9` does. */
  kill(): Promise<void>
  /** Starts it again on the same port, empty. */
  start(): Promise<void>
  /** Suspends it: connections stay open, and it does not respond. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

export async function startLocalRedis(program: string): Promise<LocalRedis> {
  const password = randomBytes(16).toString('hex')
  const port = await freePort()
  const url = `redis://:${password}@127.0.0.1:${port}`
  const keeper = startKeeper({
    files: {
      'redis.conf': `bind 127.0.0.1\nport ${port}\nrequirepass ${password}\nsave ""\nappendonly no\nlogfile ""\n`,
    },
    server: [program, 'redis.conf'],
    stopSignal: 'SIGKILL',
  })
  const untilServing = () => keeper.until(() => responds(url), 'respond')
  await untilServing()
  return {
    url,
    async kill() {
      keeper.order('SIGKILL')
      await keeper.until(async () => !(await responds(url)), 'end')
    },
    async start() {
      keeper.order('start')
      await untilServing()
    },
    pause: () => keeper.order('SIGSTOP'),
    resume: () => keeper.order('SIGCONT'),
    stop: keeper.stop,
  }
}

/** Runs a callback on its own connection, without retries. */
export async function onRedis<Result>(url: string, run: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5000 })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return await run(redis)
  } finally {
    redis.disconnect()
  }
}

const responds = (url: string) =>
  onRedis(url, (redis) => redis.ping()).then(
    () => true,
    () => false,
  )
