// `pnpm upload` and `pnpm preview:qrcode`.
import { register } from 'tsx/esm/api'

register()
const { ship } = await import('./src/ship/main.ts')
process.exitCode = await ship(process.cwd(), process.argv.slice(2))
