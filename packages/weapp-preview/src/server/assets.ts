import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The preview's own scripts and style sheets, keyed by file name: `phone.js`, `panel.css` … */
export type Assets = ReadonlyMap<string, string>

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

let bundled: Promise<Assets> | undefined

/** The preview's browser code, bundled in memory at the first request. */
export function loadAssets(): Promise<Assets> {
  bundled ??= bundle()
  return bundled
}

async function bundle(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: {
      phone: source('phone/main.ts'),
      'phone-style': source('phone/style/phone.css'),
      pending: source('phone/pending.ts'),
      panel: source('panel/main.ts'),
      'panel-style': source('panel/panel.css'),
    },
    bundle: true,
    write: false,
    outdir: '/',
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, ''), text]))
}
