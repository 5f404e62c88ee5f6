import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { baseLibraryVersion } from '../src/wx/base-library.ts'

const typings = fileURLToPath(
  new URL('../node_modules/miniprogram-api-typings/types/wx/lib.wx.api.d.ts', import.meta.url),
)
const list = fileURLToPath(new URL('../src/wx/wechat-function-names.ts', import.meta.url))

/** Every function of `interface Wx`, with the base library that it needs. */
function readTypings(): { name: string; since: string }[] {
  // Comments hold examples, with braces of their own; only the version in them counts.
  const text = readFileSync(typings, 'utf8').replace(/\/\*[\s\S]*?\*\//g, (comment) => {
    const [, version = '0'] = /需要基础库： `([\d.]+)`/.exec(comment) ?? []
    return `/*${version}*/`
  })
  const start = text.indexOf('    interface Wx {')
  const body = text.slice(start, text.indexOf('\n    }\n', start))
  const functions = body.matchAll(/\n {8}\/\*([\d.]+)\*\/\n {8}(\w+)[<(]/g)
  return [...functions].map(([, since = '', name = '']) => ({ name, since }))
}

const isImitated = ({ since }: { since: string }): boolean =>
  since.localeCompare(baseLibraryVersion, 'en', { numeric: true }) <= 0

// After a change of the typings or of the base library: `vitest run -u`.
test("wechatFunctionNames matches WeChat's typings without later base libraries", async () => {
  const names = readTypings()
    .filter(isImitated)
    .map(({ name }) => name)
  const unique = [...new Set(names)].sort()
  expect(unique.length).toBeGreaterThan(300)

  const lines = unique.map((name) => `  '${name}',\n`).join('')
  await expect(
    `/** Every function of WeChat's \`wx\` up to the imitated base library, from its typings by a test. */\nexport const wechatFunctionNames: readonly string[] = [\n${lines}]\n`,
  ).toMatchFileSnapshot(list)
})
