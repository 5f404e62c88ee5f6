import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const apiFolder = join(import.meta.dirname, '..')

const entryPoints = {
  nodeHttp: 'baselines/node-http.ts',
  bareFastify: 'baselines/bare-fastify.ts',
  api: 'api-server.ts',
  fakeWechat: 'fake-wechat.ts',
}

/** Bundles the servers with the options of `build.js`: production runs a bundle, and tsx would add cost. */
export async function bundleServers() {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(apiFolder, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  const packages = Object.keys({ ...dependencies, ...devDependencies })
  // In node_modules, which git, linters and the test runner skip, and from where the packages resolve.
  const parent = join(apiFolder, 'node_modules/.bench')
  await mkdir(parent, { recursive: true })
  const outdir = await mkdtemp(join(parent, 'run-'))
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(entryPoints).map(([name, file]) => [name, join(import.meta.dirname, file)]),
    ),
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    outExtension: { '.js': '.mjs' },
    external: packages.filter((name) => !name.startsWith('@repo/')).flatMap((name) => [name, `${name}/*`]),
    logLevel: 'warning',
  })
  const file = (name: keyof typeof entryPoints) => join(outdir, `${name}.mjs`)
  return {
    files: {
      nodeHttp: file('nodeHttp'),
      bareFastify: file('bareFastify'),
      api: file('api'),
      apiWithManyUsers: file('api'),
      fakeWechat: file('fakeWechat'),
    },
    remove: () => rm(outdir, { recursive: true, force: true }),
  }
}
