import type { StaticConfig } from './bundle.ts'

/** `root` has no slash at its ends; the pages are those of app.json, within the root. */
export type SubPackage = { root: string; name?: string; pages: string[] }

/** Every page that app.json names: first those of the main package, then those of the sub-packages. */
export function pagesOfApp(app: StaticConfig | undefined): string[] {
  const { pages = [] } = (app ?? {}) as { pages?: string[] }
  return [
    ...pages,
    ...subPackagesOfApp(app).flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`)),
  ]
}

/** Both spellings work, as in WeChat. */
export function subPackagesOfApp(app: StaticConfig | undefined): SubPackage[] {
  const { subPackages, subpackages } = (app ?? {}) as Partial<
    Record<'subPackages' | 'subpackages', SubPackage[]>
  >
  return (subPackages ?? subpackages ?? []).map((entry) => ({
    ...entry,
    root: entry.root.replace(/^\/+|\/+$/g, ''),
  }))
}
