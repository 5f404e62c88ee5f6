import { cp, readFile, rm } from 'node:fs/promises'
import { build } from 'esbuild'

// `node build.js [folder]`, `dist` unless another is named: what plain `node` runs, which is the API, its decoder of
// pictures, and the commands that apply migrations and make the first admin. Dependencies stay outside; the contract and the
// generated Prisma client, which are ours, go in. The migrations lie beside them.
const folder = process.argv[2] ?? 'dist'
const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))

await rm(folder, { recursive: true, force: true })
await build({
  entryPoints: [
    'src/server.ts',
    'src/infra/images/image-process.ts',
    'src/cli/migrate.ts',
    'src/cli/grant-admin.ts',
  ],
  outdir: folder,
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
await cp('../../prisma/migrations', `${folder}/migrations`, { recursive: true })
