import type { StaticConfig } from '../bundle.ts'

type SubPackage = { root: string; pages: string[] }

/** Every page that app.json names: first those of the main package, then those of the sub-packages. */
export function pagesOfApp(app: StaticConfig | undefined): string[] {
  const {
    pages = [],
    subPackages,
    subpackages,
  } = (app ?? {}) as {
    pages?: string[]
    subPackages?: SubPackage[]
    subpackages?: SubPackage[]
  }
  const others = subPackages ?? subpackages ?? []
  return [...pages, ...others.flatMap(({ root, pages }) => pages.map((page) => `${trim(root)}/${page}`))]
}

const trim = (root: string): string => root.replace(/^\/+|\/+$/g, '')
