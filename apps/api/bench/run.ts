import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleServers } from './bundle.ts'
import { openBenchmarkDatabases } from './databases.ts'
import { type LoadResult, runLoad } from './load.ts'
import { newKeys } from './new-keys.ts'
import type { Options } from './options.ts'
import { openPostgresCpu } from './postgres-cpu.ts'
import { type Scenario, type ServerName, servers } from './scenarios.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import type { ServerSettings } from './server-settings.ts'

/** What one turn of one server measured. */
export type Turn = LoadResult & {
  cpuMicroseconds: number
  /** `null` where PostgreSQL's processes cannot be seen. */
  databaseMicroseconds: number | null
}

export type Benchmark = {
  database: string
  manyUsers: number
  /** One turn per round, the same order for all servers. */
  turns: Map<Scenario, Record<ServerName, Turn[]>>
}

/** The servers take turns, so that whatever else the machine does affects all of them alike. */
export async function runBenchmark(options: Options, say: (line: string) => void): Promise<Benchmark> {
  const stops: (() => Promise<unknown>)[] = []
  try {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'))
    stops.push(() => rm(folder, { recursive: true, force: true }))
    const databases = await openBenchmarkDatabases({ folder, ...options, say })
    stops.push(databases.close)
    const { files, remove } = await bundleServers()
    stops.push(remove)

    const start = async (file: string, settings: object) => {
      const server = await startServerProcess(file, settings)
      stops.push(server.stop)
      return server
    }
    const wechat = await start(files.fakeWechat, {})
    const keys = newKeys()
    const running = {} as Record<ServerName, ServerProcess>
    for (const name of servers) {
      const database = await databases.of(name)
      const settings: ServerSettings = { database, wechatUrl: wechat.url, ...keys }
      running[name] = await start(files[name], settings)
    }

    const baselines = await databases.of('bareFastify')
    const postgresCpu = 'url' in baselines ? await openPostgresCpu(baselines.url) : null
    const turns: Benchmark['turns'] = new Map()
    for (const scenario of options.scenarios) {
      say(`measuring: ${scenario}`)
      const measured: Record<ServerName, Turn[]> = {
        nodeHttp: [],
        bareFastify: [],
        api: [],
        apiWithManyUsers: [],
      }
      for (let round = 0; round <= options.rounds; round += 1) {
        for (const name of servers) {
          const server = running[name]
          const before = await server.cpuMicroseconds()
          const databaseBefore = (await postgresCpu?.()) ?? null
          const requests = round === 0 ? options.warmUp : options.requests
          const result = await runLoad({
            url: server.url,
            scenario,
            requests,
            concurrency: options.concurrency,
            users: name === 'apiWithManyUsers' ? databases.manyUsers : options.users,
          })
          const cpuMicroseconds = ((await server.cpuMicroseconds()) - before) / requests
          const databaseMicroseconds =
            postgresCpu && databaseBefore !== null
              ? ((await postgresCpu()) - databaseBefore) / requests
              : null
          if (round > 0) measured[name].push({ cpuMicroseconds, databaseMicroseconds, ...result })
        }
      }
      turns.set(scenario, measured)
    }
    return { database: databases.description, manyUsers: databases.manyUsers, turns }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}
