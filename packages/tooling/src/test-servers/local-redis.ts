import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { freePort } from '../free-port.ts'

const startTimeoutMs = 30_000

/** What the keeper is told, as one line of JSON. */
export interface RedisPlan {
  program: string
  port: number
  password: string
}

/** A Redis of our own, on a free port of the loopback interface, in memory alone. */
export interface LocalRedis {
  url: string
  /** Ends it without a word, as `kill -9` does. */
  kill(): Promise<void>
  /** Starts it again on the same port, empty. */
  start(): Promise<void>
  /** It keeps its connections and says nothing. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** Starts a server under a keeper, a small process that ends with us however we end, and takes the server along. */
export async function startLocalRedis(program: string): Promise<LocalRedis> {
  const plan: RedisPlan = { program, port: await freePort(), password: randomBytes(16).toString('hex') }
  const url = `redis://:${plan.password}@127.0.0.1:${plan.port}`
  const keeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('./keep-redis.js', import.meta.url))],
    // A group of its own: Ctrl-C in a terminal is for the tests, which stop the server themselves.
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  )
  keeper.unref()
  ;(keeper.stdin as { unref?: () => void }).unref?.()
  const order = (line: string) => keeper.stdin.write(`${line}\n`)

  async function until(isServing: boolean): Promise<void> {
    const deadline = Date.now() + startTimeoutMs
    while ((await answers(url)) !== isServing) {
      if (keeper.exitCode !== null) throw new Error('Redis did not start')
      if (Date.now() > deadline) throw new Error(`Redis did not ${isServing ? 'answer' : 'end'} in time`)
      await sleep(25)
    }
  }

  order(JSON.stringify(plan))
  await until(true)
  return {
    url,
    async kill() {
      order('SIGKILL')
      await until(false)
    },
    async start() {
      order('start')
      await until(true)
    },
    pause: () => void order('SIGSTOP'),
    resume: () => void order('SIGCONT'),
    async stop() {
      if (keeper.exitCode !== null) return
      keeper.ref()
      const exit = once(keeper, 'exit', { signal: AbortSignal.timeout(startTimeoutMs) })
      keeper.stdin.end()
      await exit
    },
  }
}

/** Runs something on a connection of its own, which does not try twice. */
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

const answers = (url: string) =>
  onRedis(url, (redis) => redis.ping()).then(
    () => true,
    () => false,
  )
