import { connectionsTo, createDatabase, describeConnectionFailure, tryToConnect } from './connection.ts'
import { parseEngineArguments } from './engine-arguments.ts'
import { serveRequests } from './json-rpc.ts'
import { engineVersion, startEngine } from './wasm-engine.ts'

/**
 * Prisma's command line works on schemas by a program, the schema engine, which it would download from a CDN. This is
 * that program, made of the WebAssembly build of the same engine, which comes from the registry like any package.
 *
 * Prisma calls it in three ways: `--version`; `cli <command>`, which returns an exit code; and as a server that reads
 * JSON-RPC requests from stdin until stdin closes.
 */
async function main(): Promise<number> {
  const { command, databaseUrl, schemaPaths } = parseEngineArguments(process.argv.slice(2))
  switch (command) {
    case 'version':
      console.log(`schema-engine-cli ${await engineVersion()}`)
      return 0
    case 'can-connect-to-database':
      return exitCodeOf(() => tryToConnect(databaseUrl))
    case 'create-database':
      return exitCodeOf(() => createDatabase(databaseUrl))
    case 'serve':
      await serveRequests(process.stdin, process.stdout, () =>
        startEngine(schemaPaths, connectionsTo(databaseUrl)),
      )
      return 0
  }
}

/** Runs a `cli` command; a failure goes to stderr in the shape of the engine's log, the only one that Prisma reads. */
async function exitCodeOf(work: () => Promise<void>): Promise<number> {
  try {
    await work()
    return 0
  } catch (error) {
    const { code, message } = describeConnectionFailure(error)
    const record = { level: 'ERROR', target: 'schema_engine::logger', fields: { message, error_code: code } }
    // Prisma skips the first line.
    console.error(`\n${JSON.stringify(record)}`)
    return 1
  }
}

// A connection that Prisma left open must not keep the process alive.
process.exit(await main())
