import { subPackagesOfApp } from '../common/app-pages.ts'
import type { StaticConfig } from '../common/bundle.ts'
import { readSettings } from '../shared/settings.ts'
import { WxError } from './wx-error.ts'

/** The sub-packages of a mini program: one is not available before one of its pages opens. */
export type Packages = {
  /** Fetches the package of a page. Throws a `WxError` without a network. */
  fetch(route: string): void
  /** Fetches what app.json wants to be there after this page was seen (`preloadRule`). */
  preload(route: string): void
  has(path: string): boolean
}

type PreloadRule = { network?: 'all' | 'wifi'; packages?: string[] }

export function createPackages(app: StaticConfig | undefined, firstRoute: string): Packages {
  const packages = subPackagesOfApp(app)
  const rules = (app?.preloadRule ?? {}) as Record<string, PreloadRule>
  const rootOf = (path: string) => packages.find(({ root }) => path.startsWith(`${root}/`))?.root
  // A mini program that starts on a page has fetched its package before.
  const fetched = new Set([rootOf(firstRoute)])

  return {
    fetch(route) {
      const root = rootOf(route)
      if (fetched.has(root)) return
      if (root !== undefined && readSettings().network === 'none') {
        throw new WxError(`load subpackage "${root}" fail: network error`)
      }
      fetched.add(root)
    },
    preload(route) {
      const { network = 'wifi', packages: wanted = [] } = rules[route] ?? {}
      const now = readSettings().network
      if (now === 'none' || (network === 'wifi' && now !== 'wifi')) return
      for (const { root, name } of packages) {
        if (wanted.some((text) => text === name || text.replace(/^\/+|\/+$/g, '') === root)) fetched.add(root)
      }
    },
    has: (path) => rootOf(path) === undefined || fetched.has(rootOf(path)),
  }
}
