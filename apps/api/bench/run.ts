import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundlePrograms } from './bundle.ts'
import type { Settings } from './contestants/settings.ts'
import { openBenchmarkDatabases } from './databases.ts'
import { startLoad } from './load-client.ts'
import type { Options } from './options.ts'
import { type Program, startProgram } from './program.ts'
import { type Contestant, contestants, type Scenario } from './scenarios.ts'

/** What one turn of one contestant measured. */
export type Turn = {
  cpuMicroseconds: number
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
}

export type Benchmark = {
  /** Where the data was, in words. */
  database: string
  manyUsers: number
  /** One turn per round, all contestants in the same order. */
  turns: Map<Scenario, Record<Contestant, Turn[]>>
}

/**
 * Runs all of it: every contestant is a process of its own, and they take turns, so that whatever else the machine
 * does meets all of them alike.
 */
export async function runBenchmark(options: Options, say: (line: string) => void): Promise<Benchmark> {
  const stops: (() => Promise<unknown>)[] = []
  try {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'))
    stops.push(() => rm(folder, { recursive: true, force: true }))
    const databases = await openBenchmarkDatabases({ folder, ...options, say })
    stops.push(databases.close)
    const { files, remove } = await bundlePrograms()
    stops.push(remove)

    const started: Program[] = []
    stops.push(() => Promise.all(started.map((program) => program.stop())))
    const start = async (file: string, settings: object) => {
      const program = await startProgram(file, settings)
      started.push(program)
      return program
    }
    const wechat = await start(files.wechat, {})
    const keys = newKeys()
    const servers = {} as Record<Contestant, Program>
    for (const contestant of contestants) {
      const settings: Settings = {
        database: await databases.of(contestant),
        wechatUrl: wechat.url,
        ...keys,
      }
      servers[contestant] = await start(files[contestant], settings)
    }
    const load = await startLoad(files.load)
    stops.push(load.stop)

    const turns: Benchmark['turns'] = new Map()
    for (const scenario of options.scenarios) {
      say(`measuring: ${scenario}`)
      const measured: Record<Contestant, Turn[]> = { floor: [], bare: [], api: [], apiWithMany: [] }
      for (let round = 0; round <= options.rounds; round += 1) {
        for (const contestant of contestants) {
          const server = servers[contestant]
          const before = await server.cpuMicroseconds()
          const requests = round === 0 ? options.warmUp : options.requests
          const result = await load.run({
            url: server.url,
            contestant,
            scenario,
            requests,
            concurrency: options.concurrency,
            users: contestant === 'apiWithMany' ? databases.manyUsers : options.users,
          })
          const cpuMicroseconds = ((await server.cpuMicroseconds()) - before) / requests
          if (round > 0) measured[contestant].push({ cpuMicroseconds, ...result })
        }
      }
      turns.set(scenario, measured)
    }
    return { database: databases.description, manyUsers: databases.manyUsers, turns }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** Two keys that sign, as after a rotation, so that looking up the key of a token is work. */
function newKeys(): Pick<Settings, 'accessTokenKeys' | 'refreshTokenKeys' | 'dataKeys'> {
  const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
  return {
    accessTokenKeys: `${key('new')},${key('old')}`,
    refreshTokenKeys: key('refresh'),
    dataKeys: key('data'),
  }
}
