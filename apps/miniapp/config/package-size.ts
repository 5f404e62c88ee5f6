import { gzipSync } from 'node:zlib'

/** What our own code may add to the main package of an empty Taro app, in bytes of gzip. */
export const ownCodeBudgetBytes = 15 * 1024

/**
 * What the main package of `config/empty-app` weighs in bytes of gzip, built with the options of this folder. A
 * test builds it and fails when this is no longer so; a build of ours then need not take twice as long.
 */
export const emptyAppBytes = 76_459

/** A file of a bundle; `path` is relative to the bundle's folder. */
export type BundleFile = { path: string; content: Uint8Array }

/** In bytes of gzip, each package as the one file that a phone fetches. */
export type PackageSizes = {
  /** Scripts, templates, styles and configuration of the main package. */
  mainBytes: number
  /** What of them an empty app would not have. */
  ownBytes: number
  /** Pictures of the main package. */
  pictureBytes: number
  /** Everything in a sub-package. */
  subPackages: { root: string; bytes: number }[]
}

const isCode = (path: string) => /\.(js|json|wxml|wxs|wxss)$/.test(path)
const isPicture = (path: string) => /\.(gif|jpe?g|png|svg|webp)$/.test(path)
/** Is for WeChat DevTools, and part of no package. */
const projectConfig = 'project.config.json'

/**
 * Weighs the packages that WeChat makes of a bundle, by the `subPackages` of its app.json, against an empty app of
 * `emptyBytes`.
 */
export function packageSizes(files: readonly BundleFile[], emptyBytes = emptyAppBytes): PackageSizes {
  const roots = subPackageRoots(files)
  const rootOf = (path: string) => roots.find((root) => path.startsWith(root))
  const main = files.filter(({ path }) => rootOf(path) === undefined && path !== projectConfig)
  const mainBytes = gzipBytes(main.filter(({ path }) => isCode(path)))
  return {
    mainBytes,
    ownBytes: mainBytes - emptyBytes,
    pictureBytes: gzipBytes(main.filter(({ path }) => isPicture(path))),
    subPackages: roots.map((root) => ({
      root,
      bytes: gzipBytes(files.filter(({ path }) => rootOf(path) === root)),
    })),
  }
}

/** The sizes in one line, for people. */
export function sizeLine({ mainBytes, ownBytes, pictureBytes, subPackages }: PackageSizes): string {
  const verdict = ownBytes > ownCodeBudgetBytes ? 'over the budget of' : 'of at most'
  return [
    `main package: ${kilobytes(mainBytes)} gzip, our own code ${kilobytes(ownBytes)} ${verdict} ${kilobytes(ownCodeBudgetBytes)}`,
    `its pictures ${kilobytes(pictureBytes)}`,
    ...subPackages.map(({ root, bytes }) => `sub-package ${root} ${kilobytes(bytes)}`),
  ].join(', ')
}

function subPackageRoots(files: readonly BundleFile[]): string[] {
  const app = files.find(({ path }) => path === 'app.json')
  if (!app) throw new Error('a bundle has an app.json, but this one has none')
  const { subPackages = [] } = JSON.parse(Buffer.from(app.content).toString()) as {
    subPackages?: { root: string }[]
  }
  return subPackages.map(({ root }) => `${root.replace(/\/$/, '')}/`)
}

/** In the order of their paths, so that the same files weigh the same. */
function gzipBytes(files: readonly BundleFile[]): number {
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : 1))
  return gzipSync(Buffer.concat(sorted.map(({ content }) => content)), { level: 9 }).length
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`
