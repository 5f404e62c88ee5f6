import { expect, it, vi } from 'vitest'
import { tabs, urlOf } from '../src/lib/navigation.ts'
import { routes } from './routes.ts'

type AppConfig = {
  pages: string[]
  subPackages: { root: string; pages: string[] }[]
  tabBar: { list: { pagePath: string }[] }
  lazyCodeLoading?: string
}

vi.stubGlobal('defineAppConfig', (config: AppConfig) => config)
const { default: untyped } = await import('../src/app.config.ts')
const config = untyped as unknown as AppConfig

it('every Route is a page of the sub-package, and the other way round', () => {
  const pages = config.subPackages.flatMap(({ root, pages }) => pages.map((page) => `/${root}/${page}`))
  expect(
    routes()
      .map((route) => urlOf(route as Parameters<typeof urlOf>[0]))
      .toSorted(),
  ).toEqual(pages.toSorted())
})

it('every tab is a page of the main package and known to the code', () => {
  const paths = config.tabBar.list.map(({ pagePath }) => pagePath)
  expect(Object.values(tabs)).toEqual(paths.map((path) => `/${path}`))
  expect(config.pages).toEqual(expect.arrayContaining(paths))
})

it('WeChat loads the code of a page on demand', () => {
  expect(config.lazyCodeLoading).toBe('requiredComponents')
})
