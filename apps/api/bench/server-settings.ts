import type { AddressInfo } from 'node:net'
import type { DatabaseConfig } from '../src/config/config.ts'
import type { Plan } from '../test/support/plans.ts'

/** What a server of the benchmark is started with. The keys are `id:base64` pairs, as in the API's variables. */
export type ServerSettings = {
  database: DatabaseConfig
  wechatUrl: string
  accessTokenKeys: string
  refreshTokenKeys: string
  dataKeys: string
  /** Collects the plans of the statements. */
  explain?: boolean
}

export const readSettings = () => JSON.parse(process.argv[2] ?? '{}') as ServerSettings

/** Tells the benchmark where this process listens and, when asked, the CPU time it has used. Ends with the benchmark. */
export function reportToBenchmark({ port }: AddressInfo, plans: () => Plan[] = () => []): void {
  process.on('message', (message) => {
    if (message === 'plans') {
      process.send?.(plans())
      return
    }
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ url: `http://127.0.0.1:${port}` })
}
