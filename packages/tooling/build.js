// `pnpm build`.
import { register } from 'tsx/esm/api'

register()
const { build } = await import('./src/build.ts')
process.exitCode = await build(process.cwd(), process.argv.slice(2))
