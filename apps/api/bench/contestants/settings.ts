import type { AddressInfo } from 'node:net'
import type { DatabaseConfig } from '../../src/config/config.ts'

/** What a contestant is told. The keys are `id:base64` pairs, as in the variables of the API. */
export type Settings = {
  database: DatabaseConfig
  wechatUrl: string
  accessTokenKeys: string
  refreshTokenKeys: string
  dataKeys: string
}

export const readSettings = () => JSON.parse(process.argv[2] ?? '{}') as Settings

/** Tells the benchmark where this process listens, and from then on what it has used; ends with the benchmark. */
export function serve({ port }: AddressInfo): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ url: `http://127.0.0.1:${port}` })
}
