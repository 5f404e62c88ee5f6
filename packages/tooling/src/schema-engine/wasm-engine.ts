import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { adapterFactory } from './connection.ts'

export type { SchemaEngine }

/** The database that the engine works on, and the schema that it is about. */
export interface EngineOptions {
  databaseUrl: string
  schemaPaths: string[]
}

/** Starts Prisma's schema engine. It opens its database connection when it first needs one. */
export async function startEngine({ databaseUrl, schemaPaths }: EngineOptions): Promise<SchemaEngine> {
  await loadWebAssembly()
  const datamodels = await Promise.all(
    schemaPaths.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'utf8')]),
  )
  const connections = bindMigrationAwareSqlAdapterFactory(adapterFactory(databaseUrl))
  const ignoreLog = () => {}
  return bindings.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    ignoreLog,
    connections,
  )
}

/** The commit of prisma-engines that the engine was built from. */
export async function engineVersion(): Promise<string> {
  await loadWebAssembly()
  return bindings.version()
}

/** The package's own entry imports the `.wasm` file as a module, which Node cannot: this does the same by hand. */
async function loadWebAssembly(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = await WebAssembly.compile(await readFile(path.replace(/\.js$/, '.wasm')))
  const instance = await WebAssembly.instantiate(module, {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  })
  bindings.__wbg_set_wasm(instance.exports)
  // The engine reports a panic to this global; Prisma shows what it finds on stderr.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: console.error } })
  const start = instance.exports.__wbindgen_start as () => void
  start()
}
