import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What lies in the folder of a build, without the contents. */
export type DistListing = {
  /** Paths within the folder, with forward slashes. */
  paths: readonly string[]
  /** Changes when any file does. */
  signature: string
  /** When the newest file was written, in milliseconds since 1970; 0 when there is none. */
  changedAt: number
}

const readable = /\.(js|json|wxml|wxs|wxss)$/

/** Lists the folder; an absent folder is an empty one. */
export async function listDist(folder: string): Promise<DistListing> {
  const hash = createHash('sha256')
  const paths: string[] = []
  let changedAt = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent)) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const { mtimeMs, size } = await stat(file).catch(() => ({ mtimeMs: 0, size: 0 }))
    const path = file.slice(folder.length + 1).replaceAll('\\', '/')
    paths.push(path)
    changedAt = Math.max(changedAt, mtimeMs)
    hash.update(`${path}\0${mtimeMs}\0${size}\n`)
  }
  return { paths, signature: hash.digest('hex').slice(0, 16), changedAt }
}

/** Reads what can be compiled, keyed by path. */
export async function readDist(folder: string, listing: DistListing): Promise<Map<string, string>> {
  const wanted = listing.paths.filter((path) => readable.test(path))
  const texts = await Promise.all(wanted.map((path) => readFile(join(folder, path), 'utf8')))
  return new Map(wanted.map((path, index) => [path, texts[index] ?? '']))
}

/** A build tool may remove the folder, or a folder in it, at any moment. */
function absent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}
