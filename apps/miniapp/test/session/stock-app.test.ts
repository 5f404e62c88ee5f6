import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const packageFolder = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(packageFolder, path), 'utf8')
const template = 'node_modules/@tarojs/cli/templates/default'

/** A file of `taro init`'s template, as it is written for React. */
const rendered = (path: string): string =>
  read(`${template}/${path}`)
    .replace(
      '{{#if (includes "Vue3" s=framework)}}preserve{{else if (eq framework \'Solid\')}}preserve{{else}}react-jsx{{/if}}',
      'react-jsx',
    )
    .replace(/\{\{#if[\s\S]*?\{\{\/if\s*\}\}/g, '')

/** The options that docs/session.md tells a team to set. */
function documentedOptions(): object {
  const [, json = ''] =
    /```json\n(\{\n {2}"compilerOptions"[\s\S]*?)```/.exec(read('../../docs/session.md')) ?? []
  return (JSON.parse(json) as { compilerOptions: object }).compilerOptions
}

it('the session folder compiles in an app of `taro init` with the documented options', () => {
  // Below this package, where Taro, React and the contract are found.
  const cache = join(packageFolder, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const app = mkdtempSync(join(cache, 'stock-app-'))
  onTestFinished(() => rmSync(app, { recursive: true, force: true }))

  cpSync(join(packageFolder, 'src/session'), join(app, 'src/session'), { recursive: true })
  writeFileSync(
    join(app, 'src/example.tsx'),
    read('test/session/example.tsx').replace('../../src/session/', './session/'),
  )
  mkdirSync(join(app, 'types'))
  writeFileSync(join(app, 'types/global.d.ts'), rendered('types/global.d.ts'))
  // The template's own file has a comment and calls `{{` what is no JSON; what it sets is read by TypeScript.
  writeFileSync(join(app, 'stock.json'), rendered('tsconfig.json'))
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({
      extends: './stock.json',
      compilerOptions: documentedOptions(),
      include: ['src', 'types'],
    }),
  )

  const compiler = createRequire(import.meta.url).resolve('typescript-5.4/bin/tsc')
  expect(compile(compiler, app)).toBe('')
}, 600_000)

/** What TypeScript says, which is nothing where all is well. */
function compile(compiler: string, folder: string): string {
  try {
    return execFileSync(process.execPath, [compiler, '--project', folder], { encoding: 'utf8' })
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
