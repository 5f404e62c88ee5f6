import { Writable } from 'node:stream'
import type { Logger } from 'pino'
import type { Config } from '../../src/config/config.ts'
import { createLog } from '../../src/infra/logging/logger.ts'

/** The log as production writes it, kept to be read. */
export function memoryLog(config: Pick<Config, 'logLevel'> & Partial<Pick<Config, 'environment'>>): {
  log: Logger
  text: () => string
} {
  const lines: string[] = []
  const log = createLog(
    { environment: config.environment ?? 'test', logLevel: config.logLevel },
    new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }),
  )
  return { log, text: () => lines.join('') }
}
