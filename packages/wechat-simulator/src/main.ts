import { fileURLToPath } from 'node:url'
import { createPreview } from '@repo/weapp-preview'
import { readEnvironment } from './environment.ts'
import { startWechatSimulator } from './start-simulator.ts'

/** Where the mini program's build appears. */
const dist = fileURLToPath(new URL('../../../apps/miniapp/dist', import.meta.url))

/** The process of `pnpm dev`: the simulator, with the preview of the mini program at the same URL. */
async function main(): Promise<void> {
  const { port, apps, apiOrigin } = readEnvironment()
  const preview = createPreview({
    dist,
    appId: apps[0]?.appId ?? '',
    origins: { [apiOrigin]: apiOrigin },
    simulatorUrl: `http://127.0.0.1:${port}`,
    log: console.error,
  })
  const simulator = await startWechatSimulator({ port, apps, fallback: preview.handle, log: console.log })
  console.log(`WeChat simulator on ${simulator.url} for ${apps.map((app) => app.appId).join(', ')}`)
  closeOnSignal(async () => {
    await preview.close()
    await simulator.close()
  })
}

function closeOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code !== 'EADDRINUSE') return error.message
  return `Port ${port} is taken. Stop the process that uses it, or set WECHAT_SIMULATOR_PORT to another port.`
}

main().catch((error: unknown) => {
  console.error(explain(error))
  process.exitCode = 1
})
