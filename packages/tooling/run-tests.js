// `pnpm test` and its siblings. The arguments are scripts of the packages: `test`, `test:slow`.
import { register } from 'tsx/esm/api'

register()
const { runTests } = await import('./src/run-tests.ts')
process.exitCode = await runTests(process.cwd(), process.argv.slice(2))
