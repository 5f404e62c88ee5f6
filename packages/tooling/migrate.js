// `pnpm migrate`.
import { register } from 'tsx/esm/api'

register()
const { migrate } = await import('./src/migrate.ts')
process.exitCode = await migrate(process.cwd(), process.argv.slice(2))
