import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const apiFolder = join(import.meta.dirname, '..')

const programs = {
  floor: 'contestants/floor.ts',
  bare: 'contestants/bare-fastify.ts',
  api: 'contestants/api.ts',
  wechat: 'wechat-stand-in.ts',
  load: 'load.ts',
}

/** Bundles every program of the benchmark as `build.js` does with the API: what runs is what production runs. */
export async function bundlePrograms() {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(apiFolder, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  const packages = Object.keys({ ...dependencies, ...devDependencies })
  // Inside of node_modules: git, linters and the test runner look past it, and the packages are found from there.
  const parent = join(apiFolder, 'node_modules/.bench')
  await mkdir(parent, { recursive: true })
  const outdir = await mkdtemp(join(parent, 'run-'))
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(programs).map(([name, file]) => [name, join(import.meta.dirname, file)]),
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
  const file = (name: keyof typeof programs) => join(outdir, `${name}.mjs`)
  return {
    files: {
      floor: file('floor'),
      bare: file('bare'),
      api: file('api'),
      apiWithMany: file('api'),
      wechat: file('wechat'),
      load: file('load'),
    },
    remove: () => rm(outdir, { recursive: true, force: true }),
  }
}
