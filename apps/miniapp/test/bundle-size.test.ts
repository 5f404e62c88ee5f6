import { createContext, Script } from 'node:vm'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import {
  emptyAppBytes,
  ownCodeBudgetBytes,
  packageSizes,
  sizeLines,
  wechatLimitBytes,
} from '../config/package-size.ts'
import { readBundle } from '../config/read-bundle.ts'
import { type BuiltBundle, buildBundle } from './build-bundle.ts'
import { bundledApis } from './bundle-environment.ts'

const files = readBundle(inject('bundleFolder'))

let emptyApp: BuiltBundle
let emptyBytes: number
beforeAll(async () => {
  emptyApp = await buildBundle({ MINIAPP_SOURCE: 'config/empty-app', PUBLIC_URL: bundledApis.release })
  emptyBytes = packageSizes(readBundle(emptyApp.folder)).mainBytes
}, 300_000)
afterAll(() => emptyApp?.remove())

it('stays within the budget for the main package', () => {
  expect(packageSizes(files, emptyBytes).ownBytes).toBeLessThanOrEqual(ownCodeBudgetBytes)
})

it('is compared with the current size of an empty app', () => {
  // Builds of zlib differ by some bytes.
  expect(Math.abs(emptyBytes - emptyAppBytes)).toBeLessThan(400)
})

it("has packages within WeChat's limits", () => {
  const { unpacked } = packageSizes(files)
  expect(unpacked.map(({ name }) => name)).toEqual(['main package', 'account/'])
  for (const { bytes } of unpacked) expect(bytes).toBeLessThanOrEqual(wechatLimitBytes.package)
  expect(unpacked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(wechatLimitBytes.total)
})

it('prints its package sizes in the build', () => {
  const size = /\d+\.\d KB/.source
  const output = inject('bundleOutput')
  expect(output).toMatch(new RegExp(`main package: ${size} gzip, of which an empty Taro app ${size}`))
  expect(output).toMatch(new RegExp(`our own code ${size} of at most 32.0 KB \\(${size} (left|over)\\)`))
  expect(output).toMatch(new RegExp(`main package ${size}, account/ ${size} of at most 2048.0 KB each`))
  expect(output).toMatch(new RegExp(`together ${size} of at most 30720.0 KB`))
})

it('prints how far it exceeds the budget', () => {
  const [line = ''] = sizeLines({ ...packageSizes(files), ownBytes: ownCodeBudgetBytes + 1024 })
  expect(line).toContain('our own code 33.0 KB of at most 32.0 KB (1.0 KB over)')
})

it('counts sub-packages separately and images not as code', () => {
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text) })
  const main = [file('app.json', '{"subPackages":[{"root":"more"}]}'), file('moreover.js', 'a')]
  const { mainBytes } = packageSizes(main)
  const sizes = packageSizes([...main, file('more/page.js', 'b'), file('a.png', 'c'), file('a.txt', 'd')])
  expect(sizes).toMatchObject({ mainBytes, subPackages: [{ root: 'more/', bytes: 21 }], pictureBytes: 21 })
  const [{ bytes: appBytes = 0 } = {}] = main.map(({ content }) => ({ bytes: content.length }))
  expect(sizes.unpacked).toEqual([
    { name: 'main package', bytes: appBytes + 3 },
    { name: 'more/', bytes: 1 },
  ])
})

it('has no module of the main package in a sub-package too, which would create two sessions', () => {
  const { subPackages } = packageSizes(files)
  const inSubPackage = (path: string) => subPackages.some(({ root }) => path.startsWith(root))
  const modules = files
    .filter(({ path }) => path.endsWith('.js') && path !== 'runtime.js')
    .map(({ path, content }) => ({ path, ids: moduleIds(Buffer.from(content).toString()) }))
  const main = new Set(modules.filter(({ path }) => !inSubPackage(path)).flatMap(({ ids }) => ids))
  expect(main.size).toBeGreaterThan(20)
  const twice = modules.filter(({ path, ids }) => inSubPackage(path) && ids.some((id) => main.has(id)))
  expect(twice.map(({ path }) => path)).toEqual([])
})

/** The modules of a chunk, by webpack's numbers for them. */
function moduleIds(script: string): string[] {
  const wx: { webpackJsonp: [chunks: number[], modules: object][] } = { webpackJsonp: [] }
  new Script(script).runInContext(createContext({ wx, require: () => {} }))
  return wx.webpackJsonp.flatMap(([, modules]) => Object.keys(modules))
}
