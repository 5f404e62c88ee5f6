import { cp, readFile, rm } from 'node:fs/promises'
import { build } from 'esbuild'

// The programs that plain `node` runs: the API, its image decoder, and the commands that apply migrations and create the
// first admin. The contract and the generated Prisma client are bundled, dependencies are not.
const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: [
    'src/server.ts',
    'src/infra/images/image-process.ts',
    'src/cli/migrate.ts',
    'src/cli/grant-admin.ts',
  ],
  outdir: 'dist',
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  // The docs are for development: their packages are not there in production, and nothing loads them.
  external: [
    ...Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
    '@fastify/swagger',
    '@fastify/swagger-ui',
  ],
  logLevel: 'warning',
})
await cp('../../prisma/migrations', 'dist/migrations', { recursive: true })
