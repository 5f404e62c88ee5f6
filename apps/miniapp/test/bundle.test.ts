import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const apiUrl = 'https://api.example.test'

let folder: string
let output: string
const files = new Map<string, Buffer>()
const text = (path: string) => files.get(path)?.toString('utf8') ?? ''
const scripts = () => [...files.keys()].filter((path) => path.endsWith('.js'))

beforeAll(async () => {
  // Taro takes only folders inside the project.
  const cache = join(root, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  folder = await mkdtemp(join(cache, 'bundle-test-'))
  const environment = {
    ...process.env,
    NODE_ENV: 'production',
    MINIAPP_OUTPUT: relative(root, folder),
    PUBLIC_URL: `${apiUrl}/`,
    ACCESS_TOKEN_KEYS: 'a-secret-of-the-api',
  }
  const build = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/@tarojs/cli/bin/taro'), 'build', '--type', 'weapp'],
    { cwd: root, env: environment },
  )
  output = build.stdout + build.stderr
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(folder, path), await readFile(path))
  }
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the production bundle', () => {
  it('has every page that app.json names, and every icon that theme.json names', () => {
    const { pages } = JSON.parse(text('app.json')) as { pages: string[] }
    expect(pages[0]).toBe('pages/home/index')
    for (const page of pages) {
      for (const ending of ['js', 'json', 'wxml']) expect(files.has(`${page}.${ending}`)).toBe(true)
    }
    const theme = JSON.parse(text('theme.json')) as Record<'light' | 'dark', Record<string, string>>
    expect(Object.keys(theme.light)).toEqual(Object.keys(theme.dark))
    for (const value of [theme.light, theme.dark].flatMap((mode) => Object.values(mode))) {
      if (!value.endsWith('.png')) continue
      expect(files.get(value)?.length).toBeGreaterThan(0)
      expect(files.get(value)?.length).toBeLessThan(40_000)
    }
    expect(files.has('sitemap.json')).toBe(true)
  })

  it('asks theme.json for nothing that is not there', () => {
    const theme = JSON.parse(text('theme.json')) as { light: object }
    const asked = [...text('app.json').matchAll(/"@(\w+)"/g)].map(([, name]) => name)
    expect(asked.length).toBeGreaterThan(0)
    for (const name of asked) expect(Object.keys(theme.light)).toContain(name)
  })

  it('knows the API by PUBLIC_URL, and nothing else of the environment', () => {
    const everything = scripts().map(text).join('\n')
    expect(everything).toContain(`"${apiUrl}"`)
    expect(everything).not.toContain('127.0.0.1')
    expect(everything).not.toContain('a-secret-of-the-api')
    expect(everything).not.toMatch(/\bprocess\.env\b/)
  })

  it('ships types of the contract alone: no schema, no validator', () => {
    for (const path of scripts()) {
      expect(text(path)).not.toMatch(/typebox|~kind|Register or log in with a code/i)
    }
  })

  it('evaluates no text as code, which WeChat forbids', () => {
    for (const path of scripts()) {
      const calls = text(path).match(/\bFunction\(.{0,20}|\beval\(.{0,20}/g) ?? []
      // The one form that WeChat lets pass.
      expect(calls.filter((call) => !call.startsWith('Function("return this")'))).toEqual([])
    }
  })

  it('is written in a language that older phones know', () => {
    for (const path of scripts()) expect(text(path)).not.toMatch(/\?\?=?|\?\.[a-zA-Z_$[(]/)
  })

  it('stays small', () => {
    const sizes = [...files.values()].map((content) => content.length)
    const packed = [...files.values()].map((content) => gzipSync(content).length)
    expect(sum(sizes)).toBeLessThan(410_000)
    expect(sum(packed)).toBeLessThan(132_000)
  })

  it('is built in few words', () => {
    expect(output).toMatch(/built in \d/)
    expect(output.trim().split('\n').length).toBeLessThan(10)
    expect(output).not.toContain('PUBLIC_URL')
  })
})

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
