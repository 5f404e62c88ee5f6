import { describe, expect, inject, it } from 'vitest'
import { readBundle } from '../config/read-bundle.ts'
import { bundledApis } from './bundle-environment.ts'
import { routes } from './routes.ts'

const files = new Map(
  readBundle(inject('bundleFolder')).map(({ path, content }) => [path, Buffer.from(content)]),
)
const output = inject('bundleOutput')
const text = (path: string) => files.get(path)?.toString('utf8') ?? ''
const scripts = () => [...files.keys()].filter((path) => path.endsWith('.js'))

describe('production bundle', () => {
  it('has every page of app.json and every icon of theme.json', () => {
    const { pages, subPackages = [] } = JSON.parse(text('app.json')) as {
      pages: string[]
      subPackages?: { root: string; pages: string[] }[]
    }
    expect(pages[0]).toBe('pages/home/index')
    const more = subPackages.flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`))
    for (const page of [...pages, ...more]) {
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

  it('has a page for every Route and tab, and loads code on demand', () => {
    const { pages, subPackages, tabBar, lazyCodeLoading } = JSON.parse(text('app.json')) as {
      pages: string[]
      subPackages: { root: string; pages: string[] }[]
      tabBar: { list: { pagePath: string }[] }
      lazyCodeLoading?: string
    }
    const inSubPackages = subPackages.flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`))
    expect(inSubPackages).toEqual(expect.arrayContaining(routes().map((route) => `account/${route}/index`)))
    expect(pages).toEqual(expect.arrayContaining(tabBar.list.map(({ pagePath }) => pagePath)))
    expect(lazyCodeLoading).toBe('requiredComponents')
  })

  it('uses only existing keys of theme.json', () => {
    const theme = JSON.parse(text('theme.json')) as { light: object }
    const asked = [...text('app.json').matchAll(/"@(\w+)"/g)].map(([, name]) => name)
    expect(asked.length).toBeGreaterThan(0)
    for (const name of asked) expect(Object.keys(theme.light)).toContain(name)
  })

  it('contains the API URL of each environment', () => {
    const everything = scripts().map(text).join('\n')
    for (const [environment, url] of Object.entries(bundledApis))
      expect(everything).toContain(`${environment}:"${url}"`)
    expect(everything).not.toContain('127.0.0.1')
  })

  it('is a project of its own that can be uploaded', () => {
    expect(JSON.parse(text('project.config.json'))).toMatchObject({ miniprogramRoot: './' })
  })

  it('contains only types of the contract: no schema, no validator', () => {
    for (const path of scripts()) {
      expect(text(path)).not.toMatch(/typebox|~kind|Register or log in with a code/i)
    }
  })

  it('uses no syntax that older phones lack', () => {
    for (const path of scripts()) expect(text(path)).not.toMatch(/\?\?=?|\?\.[a-zA-Z_$[(]/)
  })

  it('builds with little output', () => {
    expect(output).toMatch(/built in \d/)
    expect(output.trim().split('\n').length).toBeLessThan(10)
    expect(output).not.toContain('PUBLIC_URL')
  })
})
