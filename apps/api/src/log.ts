import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

/** Lines of JSON on stdout; in development, lines that people read. */
export function createLog(config: Pick<Config, 'environment' | 'logLevel'>): Logger {
  return pino({
    level: config.logLevel,
    ...(config.environment === 'development'
      ? {
          transport: {
            target: 'pino-pretty',
            options: { ignore: 'pid,hostname,requestId', translateTime: 'HH:MM:ss', singleLine: true },
          },
        }
      : {}),
  })
}
