import { gzipSync } from 'node:zlib'

/** What our code may add to an empty Taro app's main package, in gzip bytes. The sample uses half; raise it if needed. */
export const ownCodeBudgetBytes = 32 * 1024

/** What WeChat takes at upload, unpacked: of the main package and of each sub-package, and of all of them together. */
export const wechatLimitBytes = { package: 2 * 1024 * 1024, total: 30 * 1024 * 1024 }

/**
 * What the main package of `config/empty-app` weighs in bytes of gzip, built with the options of this folder. A
 * test builds it and fails when this is no longer so; a build of ours then need not take twice as long.
 */
export const emptyAppBytes = 76_547

/** A file of a bundle; `path` is relative to the bundle's folder. */
export type BundleFile = { path: string; content: Uint8Array }

/** In bytes of gzip, each package as the one file that a phone fetches; `unpacked` as WeChat counts for its limits. */
export type PackageSizes = {
  /** Scripts, templates, styles and configuration of the main package. */
  mainBytes: number
  /** What of them an empty app has, too. */
  emptyBytes: number
  /** What of them an empty app would not have. */
  ownBytes: number
  /** Pictures of the main package. */
  pictureBytes: number
  /** Everything in a sub-package. */
  subPackages: { root: string; bytes: number }[]
  /** Everything in each package. */
  unpacked: { name: string; bytes: number }[]
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
    emptyBytes,
    ownBytes: mainBytes - emptyBytes,
    pictureBytes: gzipBytes(main.filter(({ path }) => isPicture(path))),
    subPackages: roots.map((root) => ({
      root,
      bytes: gzipBytes(files.filter(({ path }) => rootOf(path) === root)),
    })),
    unpacked: [undefined, ...roots].map((root) => ({
      name: root ?? 'main package',
      bytes: unpackedBytes(files.filter(({ path }) => rootOf(path) === root && path !== projectConfig)),
    })),
  }
}

/** Readable sizes: the download against our budget, the upload against WeChat's limits. */
export function sizeLines(sizes: PackageSizes): string[] {
  const { mainBytes, emptyBytes, ownBytes, pictureBytes, subPackages, unpacked } = sizes
  const leftBytes = ownCodeBudgetBytes - ownBytes
  const verdict = leftBytes < 0 ? `${kilobytes(-leftBytes)} over` : `${kilobytes(leftBytes)} left`
  const total = unpacked.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    [
      `main package: ${kilobytes(mainBytes)} gzip, of which an empty Taro app ${kilobytes(emptyBytes)}`,
      `our own code ${kilobytes(ownBytes)} of at most ${kilobytes(ownCodeBudgetBytes)} (${verdict})`,
      `its pictures ${kilobytes(pictureBytes)}`,
      ...subPackages.map(({ root, bytes }) => `sub-package ${root} ${kilobytes(bytes)}`),
    ].join(', '),
    [
      `unpacked, as WeChat counts: ${unpacked.map(({ name, bytes }) => `${name} ${kilobytes(bytes)}`).join(', ')}`,
      `of at most ${kilobytes(wechatLimitBytes.package)} each; together ${kilobytes(total)}`,
      `of at most ${kilobytes(wechatLimitBytes.total)}`,
    ].join(' '),
  ]
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

const unpackedBytes = (files: readonly BundleFile[]): number =>
  files.reduce((sum, { content }) => sum + content.length, 0)

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`
