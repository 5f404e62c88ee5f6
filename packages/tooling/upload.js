// `pnpm upload` and `pnpm preview:qrcode`.
import { register } from 'tsx/esm/api'

register()
const { upload } = await import('./src/upload/main.ts')
process.exitCode = await upload(process.cwd(), process.argv.slice(2))
