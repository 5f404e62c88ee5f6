import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type {
  CreateMigrationInput,
  DiffParams,
  SchemaEngine,
} from '@prisma/schema-engine-wasm/schema_engine_bg'

interface Request {
  id: number
  method: string
  params: unknown
}

/** Methods whose parameters and result are the same in Prisma's protocol and in the engine. */
const forwardedMethods = [
  'applyMigrations',
  'createMigration',
  'dbExecute',
  'devDiagnostic',
  'diagnoseMigrationHistory',
  'ensureConnectionValidity',
  'evaluateDataLoss',
  'introspect',
  'introspectSql',
  'markMigrationApplied',
  'markMigrationRolledBack',
  'reset',
  'schemaPush',
] as const satisfies (keyof SchemaEngine)[]

// The engine's code for an error that the developer should read.
const knownErrorCode = 4466

/**
 * Handles JSON-RPC requests, one per line and one at a time, until the input ends. A failure becomes an error, with
 * Prisma's code (P3006, …) if it has one. The engine starts at the first request and stays.
 */
export async function serveRequests(
  input: Readable,
  output: Writable,
  start: () => Promise<SchemaEngine>,
): Promise<void> {
  const send = (message: object) => output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let engine: SchemaEngine | undefined
  for await (const line of createInterface({ input })) {
    const request: Request = JSON.parse(line)
    // Prisma acknowledges `print` with a message that has no method; only a request has one.
    if (!request.method) continue
    try {
      engine ??= await start()
      const print = (content: string) =>
        send({ id: `print-${request.id}`, method: 'print', params: { content } })
      send({ id: request.id, result: (await call(engine, request, print)) ?? {} })
    } catch (error) {
      send({ id: request.id, error: describeError(error) })
    }
  }
}

async function call(
  engine: SchemaEngine,
  request: Request,
  print: (content: string) => void,
): Promise<unknown> {
  if (request.method === 'getDatabaseVersion') return engine.version()
  if (request.method === 'diff') {
    const { exitCode, stdout } = await engine.diff(request.params as DiffParams)
    if (stdout) print(stdout)
    return { exitCode }
  }
  const method = forwardedMethods.find((name) => name === request.method)
  if (!method) throw new Error(`The schema engine has no method "${request.method}"`)
  if (method === 'evaluateDataLoss' || method === 'createMigration') {
    await rememberMigratedSchema(engine, request.params as CreateMigrationInput)
  }
  return engine[method](request.params as never)
}

/**
 * These two methods need the schema that the migrations result in, but cannot open a shadow database. They use the
 * result of the last history diagnosis, which `migrate dev` runs before it applies migrations, so run it again.
 */
async function rememberMigratedSchema(
  engine: SchemaEngine,
  { migrationsList, filters }: CreateMigrationInput,
): Promise<void> {
  await engine.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: true })
}

function describeError(error: unknown): object {
  const { code, message } = error as Error & { code?: string }
  return {
    code: knownErrorCode,
    message: 'An error happened. Check the data field for details.',
    data: { is_panic: false, message, error_code: code ?? null, meta: {} },
  }
}
