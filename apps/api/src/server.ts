import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildApp } from './app.ts'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { openDatabase } from './database/database.ts'
import { createLog } from './log.ts'
import { createWechatClient } from './wechat/client.ts'

/** Beside the bundle in production, at the root of the repository in development. */
const migrationsFolder = ['./migrations', '../../../prisma/migrations']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(folder))

async function start(config: Config): Promise<void> {
  const log = createLog(config)
  if (!migrationsFolder) throw new Error('the migrations are missing from this build')
  const database = await openDatabase(config.database, { migrationsFolder, log })
  const wechat = createWechatClient(config.wechat)
  const app = await buildApp({ config, database, wechat, log })

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    // Whatever hangs must not keep the process; what was acknowledged is in the database already.
    setTimeout(() => {
      log.error('did not stop in time')
      process.exit(1)
    }, config.shutdownTimeoutMs).unref()
    await app.close()
    await wechat.close()
    await database.close()
    log.info('stopped')
    process.exitCode = 0
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal))

  await app.listen({ host: config.host, port: config.port })
}

try {
  await start(loadConfig())
} catch (error) {
  const lines = error instanceof ConfigError ? error.faults : [explain(error as NodeJS.ErrnoException)]
  for (const line of lines) process.stderr.write(`${line}\n`)
  process.exitCode = 1
}

function explain(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  if (error.code === 'EADDRINUSE')
    return `${error.address}:${error.port} is taken: stop what runs there, or set PORT`
  return error.stack ?? String(error)
}
