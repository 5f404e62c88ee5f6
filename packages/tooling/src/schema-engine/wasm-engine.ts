import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'

export type { SchemaEngine }

/** Starts Prisma's schema engine for the schema in these files. */
export async function startEngine(
  schemaPaths: string[],
  connections: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  await loadWebAssembly()
  const datamodels = await Promise.all(
    schemaPaths.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'utf8')]),
  )
  const ignoreLog = () => {}
  return bindings.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    ignoreLog,
    bindMigrationAwareSqlAdapterFactory(connections),
  )
}

/** The commit of prisma-engines that the engine was built from. */
export async function engineVersion(): Promise<string> {
  await loadWebAssembly()
  return bindings.version()
}

/** Loads the `.wasm` file, which the package's own entry imports as a module; Node does not support that. */
async function loadWebAssembly(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = await WebAssembly.compile(await readFile(path.replace(/\.js$/, '.wasm')))
  const instance = await WebAssembly.instantiate(module, {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  })
  bindings.__wbg_set_wasm(instance.exports)
  // The engine reports a panic to this global; Prisma shows the output on stderr.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: console.error } })
  const start = instance.exports.__wbindgen_start as () => void
  start()
}
