import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type LocalRedis, onRedis, startLocalRedis } from './test-servers/local-redis.ts'

/** A Redis that tests may fill and empty. */
export interface TestRedis {
  url: string
  /** Deletes everything in it. */
  empty(): Promise<void>
  /** What a test can do to a server that was started here; absent for the server of TEST_REDIS_URL. */
  power?: Pick<LocalRedis, 'kill' | 'start' | 'pause' | 'resume'>
  stop(): Promise<void>
}

export interface TestRedisOptions {
  environment?: Record<string, string | undefined>
  /** Where to look for the program, in this order. */
  folders?: string[]
}

/**
 * The server of TEST_REDIS_URL, whose content is deleted, else a `redis-server` or `valkey-server` found on this machine.
 * With neither: null and one line that says so, or an error if CI=true. Tests never touch the server of REDIS_URL.
 */
export async function startTestRedis({
  environment = process.env,
  folders = redisFolders(environment),
}: TestRedisOptions = {}): Promise<TestRedis | null> {
  const empty = (url: string) => onRedis(url, async (redis) => void (await redis.flushdb()))
  const named = environment.TEST_REDIS_URL
  if (named) {
    await empty(named)
    return { url: named, empty: () => empty(named), stop: () => empty(named) }
  }
  const program = await findRedis(folders)
  if (!program) {
    const message = 'No Redis for tests: set TEST_REDIS_URL, or install Redis (its program redis-server)'
    if (environment.CI === 'true') throw new Error(message)
    console.warn(`\n*** ${message}. Tests that need it are skipped. ***\n`)
    return null
  }
  const { url, stop, ...power } = await startLocalRedis(program)
  return { url, empty: () => empty(url), power, stop }
}

/** The folders of PATH, then those where packages install servers outside of PATH. */
const redisFolders = ({ PATH = '' }: Record<string, string | undefined>): string[] => [
  ...PATH.split(delimiter).filter((folder) => folder !== ''),
  ...['/usr/bin', '/usr/local/bin', '/usr/sbin', '/opt/homebrew/bin'],
]

async function findRedis(folders: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const name of ['redis-server', 'valkey-server']) {
      const program = join(folder, name)
      if (await isProgram(program)) return program
    }
  }
  return undefined
}

const isProgram = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
