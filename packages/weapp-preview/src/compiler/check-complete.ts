import { pagesOfApp } from '../common/app-pages.ts'
import type { StaticConfig } from '../common/bundle.ts'
import type { CompileError } from './compile-bundle.ts'

/** The files that app.json names and the folder lacks: the build is running or broken. */
export function findMissing(files: ReadonlyMap<string, string>): CompileError[] {
  if (!files.has('app.json')) return [{ path: 'app.json', message: 'there is no such file' }]
  const pages = pagesOf(files.get('app.json') ?? '')
  if (pages === undefined) return [{ path: 'app.json', message: 'it is not JSON with a list of pages' }]
  const wanted = ['app.js', ...pages.flatMap((page) => [`${page}.js`, `${page}.wxml`])]
  return wanted
    .filter((path) => !files.has(path))
    .map((path) => ({ path, message: 'app.json needs this file, but it is not there' }))
}

function pagesOf(text: string): string[] | undefined {
  try {
    const pages = pagesOfApp(JSON.parse(text) as StaticConfig)
    return pages.length > 0 ? pages : undefined
  } catch {
    return undefined
  }
}
