import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPreview } from './start-preview.ts'

const usage = `Usage: start <dist> [--port 4200] [--app-id wx…] [--simulator http://127.0.0.1:4100]
       [--origin https://api.example.com[=http://127.0.0.1:3000]]…`

/** Runs the bundle that the command line names until Ctrl-C. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '4200' },
      'app-id': { type: 'string', default: 'touristappid' },
      simulator: { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
    },
  })
  const [dist] = positionals
  if (dist === undefined || positionals.length > 1) throw new Error(usage)
  if (!existsSync(join(resolve(dist), 'app.json'))) console.error(`Waiting for a build: ${resolve(dist)}`)

  const preview = await startPreview({
    dist: resolve(dist),
    port: Number(values.port),
    appId: values['app-id'],
    origins: Object.fromEntries(values.origin.map(parseOrigin)),
    ...(values.simulator !== undefined && { simulatorUrl: values.simulator }),
    log: console.error,
  })
  console.log(`Preview on ${preview.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void preview.close())
}

/** `https://named` or `https://named=http://real`. */
function parseOrigin(text: string): [named: string, real: string] {
  const [named = '', real = named] = text.split('=')
  return [new URL(named).origin, new URL(real).origin]
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
