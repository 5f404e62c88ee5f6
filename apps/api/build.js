import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

// `node build.js [folder]`, `dist` unless another is named: what plain `node` runs, which is the API, its decoder of
// pictures, and the commands that apply migrations and make the first admin. Everything in JavaScript goes in; what has a
// binary of its own stays a production dependency. The migrations lie beside them.
const folder = process.argv[2] ?? 'dist'
const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))

await rm(folder, { recursive: true, force: true })
const { metafile } = await build({
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
  // Positions are enough for a stack; the texts weigh more than the code, and Node reads them at start.
  sourcesContent: false,
  metafile: true,
  // CommonJS packages inside an ES module still call `require` for what Node brings.
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)`,
  },
  external: [
    ...Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
    // The docs and the readable log are for development: their packages are not there in production, and nothing loads them.
    '@fastify/swagger',
    '@fastify/swagger-ui',
    'pino-pretty',
    // Optional: `pg` loads it only when asked to.
    'pg-native',
  ],
  logLevel: 'warning',
})
await cp('../../prisma/migrations', `${folder}/migrations`, { recursive: true })
await writeFile(join(folder, 'licenses.txt'), await licensesOf(Object.keys(metafile.inputs)))

/** The licenses of the packages that the bundle contains: most ask that their text comes along. */
async function licensesOf(inputs) {
  const packages = new Set(
    inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  )
  const texts = await Promise.all([...packages].sort().map(licenseOf))
  return texts.join('\n\n')
}

async function licenseOf(path) {
  const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
  const file = (await readdir(path)).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? await readFile(join(path, file), 'utf8') : ''
  return `${name} ${version} (${license})\n${text}`.trim()
}
