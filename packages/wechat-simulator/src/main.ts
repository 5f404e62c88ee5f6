import { readEnvironment } from './environment.ts'
import { startWechatSimulator, type WechatSimulator } from './server.ts'

/** The simulator as a process of `pnpm dev`. */
async function main(): Promise<void> {
  const { port, apps } = readEnvironment()
  const simulator = await startWechatSimulator({ port, apps, log: console.log })
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
