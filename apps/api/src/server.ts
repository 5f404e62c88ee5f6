import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { buildApp } from './app.ts'
import { type Config, ConfigError, loadConfig } from './config/config.ts'
import { openDatabase } from './infra/database/client.ts'
import { DatabaseError } from './infra/database/explain-error.ts'
import { findMigrationsFolder } from './infra/database/migrate.ts'
import { createLog } from './infra/logging/logger.ts'
import { createMetrics } from './infra/metrics/metrics.ts'
import { assertStorageWritable } from './infra/storage/local.ts'
import { createWechatClient } from './infra/wechat/client.ts'

async function start(config: Config): Promise<void> {
  const log = createLog(config)
  for (const warning of config.warnings) log.warn(warning)
  // Node would print the error, which may contain a secret.
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'crashed')
    process.exit(1)
  })
  await assertStorageWritable(config.storage)
  const database = await openDatabase(config.database, { migrationsFolder: findMigrationsFolder(), log })
  const metrics = createMetrics(config.metrics)
  const wechat = createWechatClient(config.wechat, {
    log,
    onCallEnd(call) {
      log.debug(call, 'call to WeChat')
      metrics.countWechatCall(call)
    },
  })
  const closeDependencies = async () => {
    await wechat.close()
    await database.close()
  }
  let app: FastifyInstance | undefined
  try {
    app = await buildApp({ config, database, wechat, log, metrics })
    // In this order: active requests still need WeChat and the database.
    app.addHook('onClose', closeDependencies)
    stopOnSignal(app, log, config)
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    // The app's own connections, such as to Redis, would keep the process alive.
    await (app ? app.close() : closeDependencies())
    throw error
  }
}

/** The API serves for a while after the signal, so that balancers remove it first. A second signal skips the delay. */
function stopOnSignal(
  app: FastifyInstance,
  log: Logger,
  { shutdownDelayMs, shutdownTimeoutMs }: Config,
): void {
  const skipDelay = new AbortController()
  const stop = async (signal: string) => {
    if (app.drain.isDraining()) return skipDelay.abort()
    app.drain.start()
    log.info({ signal }, 'stopping')
    if (shutdownDelayMs > 0)
      await sleep(shutdownDelayMs, undefined, { signal: skipDelay.signal }).catch(() => undefined)
    // Hanging work must not keep the process alive; acknowledged changes are in the database already.
    setTimeout(() => {
      log.error('did not stop in time')
      process.exit(1)
    }, shutdownTimeoutMs).unref()
    await app.close()
    log.info('stopped')
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal))
}

function explain(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  if (error.code === 'EADDRINUSE')
    return `${error.address}:${error.port} is taken: stop what runs there, or set PORT`
  if (error instanceof DatabaseError) return error.message
  return error.stack ?? String(error)
}

try {
  await start(loadConfig())
} catch (error) {
  const lines = error instanceof ConfigError ? error.issues : [explain(error as NodeJS.ErrnoException)]
  for (const line of lines) process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
