import { parseArgs } from 'node:util'
import { throwawayDatabaseUrl } from './throwaway-url.ts'

const commands = ['can-connect-to-database', 'create-database'] as const

/** Prisma's request to the schema engine, read from the command line. */
export interface EngineArguments {
  command: 'version' | 'serve' | (typeof commands)[number]
  /** `datasource.url` of prisma.config.ts; a throwaway database if none is set. */
  databaseUrl: string
  /** Absolute paths of the schema's files. */
  schemaPaths: string[]
}

/** Throws for an unknown `cli` command, since success without any effect would be worse. */
export function parseEngineArguments(argumentList: string[]): EngineArguments {
  const { values, positionals } = parseArgs({
    args: argumentList,
    allowPositionals: true,
    // Prisma may pass flags that are for other databases only.
    strict: false,
    options: {
      version: { type: 'boolean', short: 'V' },
      datasource: { type: 'string' },
      datamodels: { type: 'string', multiple: true },
    },
  })
  const datasource = typeof values.datasource === 'string' ? JSON.parse(values.datasource) : {}
  return {
    command: values.version ? 'version' : commandOf(positionals),
    databaseUrl: datasource.url ?? throwawayDatabaseUrl,
    schemaPaths: (values.datamodels ?? []) as string[],
  }
}

function commandOf([mode, name]: string[]): EngineArguments['command'] {
  if (mode !== 'cli') return 'serve'
  const command = commands.find((known) => known === name)
  if (!command) throw new Error(`The schema engine has no command "${name}"`)
  return command
}
