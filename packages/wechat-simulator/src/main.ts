import { fileURLToPath } from 'node:url'
import { readEnvironment } from './environment.ts'
import { startWechatSimulator, type WechatSimulator } from './start-simulator.ts'

/** Where the mini program's build appears. */
const distFolder = fileURLToPath(new URL('../../../apps/miniapp/dist', import.meta.url))

/** The simulator as a process of `pnpm dev`. */
async function main(): Promise<void> {
  const { port, apps, apiOrigin } = readEnvironment()
  const origins = { [apiOrigin]: apiOrigin }
  const preview = { distFolder, appId: apps[0]?.appId ?? '', origins, log: console.error }
  const simulator = await startWechatSimulator({ port, apps, preview, log: console.log })
  console.log(`WeChat simulator on ${simulator.url} for ${apps.map((app) => app.appId).join(', ')}`)
  stopOnSignal(simulator)
}

function stopOnSignal(simulator: WechatSimulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close())
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code !== 'EADDRINUSE') return error.message
  return `Port ${port} is taken. Stop what uses it, or set WECHAT_SIMULATOR_PORT to another port.`
}

main().catch((error: unknown) => {
  console.error(explain(error))
  process.exitCode = 1
})
