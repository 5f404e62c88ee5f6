import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const sources = [
  'apps/api/src',
  'apps/miniapp/src',
  ...readdirSync(join(root, 'packages')).flatMap((name) =>
    existsSync(join(root, 'packages', name, 'src')) ? [`packages/${name}/src`] : [],
  ),
]

describe.each(sources)('%s', (source) => {
  test('has no circle of imports, types included', () => {
    expect(findCircles(importsOf(filesIn(source)))).toEqual([])
  })

  test('has no folder with a single file', () => {
    expect(foldersIn(source).filter((folder) => entriesOf(folder).length === 1)).toEqual([])
  })
})

test('apps/api/src has no loose file beside server.ts, app.ts and context.ts', () => {
  const files = entriesOf('apps/api/src').filter((entry) => entry.isFile())
  expect(files.map(({ name }) => name).sort()).toEqual(['app.ts', 'context.ts', 'server.ts'])
})

test('apps/api/src/features creates rows only in a transaction, such as that of writeForUser', () => {
  const files = filesIn('apps/api/src/features')
  expect(files.filter((file) => directCreation.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
})

test.each([
  ['prisma.note.create({ data })', true],
  ['await context.database.prisma\n  .note\n  .createMany({ data })', true],
  ['prisma.note.upsert({ where })', true],
  ['transaction.note.create({ data })', false],
  ['prisma.note.findMany({ where })', false],
])('recognizes in %j a row that is created without a transaction: %s', (text, isDirect) => {
  expect(directCreation.test(text)).toBe(isDirect)
})

test('finds a circle in a graph that has one', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])
  expect(findCircles(graph)).toEqual(['b -> c -> b'])
})

test('reads every form of a relative import', () => {
  const text = `import a from './a.ts'
import type { B } from './b.ts'
import {
  c,
} from '../c.ts'
export * from './d.ts'
export type { E } from './e.ts'
import './f.ts'
const g = await import('./g.ts')
type H = import('./h.ts').H
import pg from 'pg'`
  expect(importPathsOf(text)).toEqual([
    './a.ts',
    './b.ts',
    '../c.ts',
    './d.ts',
    './e.ts',
    './f.ts',
    './g.ts',
    './h.ts',
  ])
})

/** Nothing locks the user then, so that the row could survive a concurrent deletion or merge. */
const directCreation = /\bprisma\s*\.\s*\w+\s*\.\s*(create|createMany|createManyAndReturn|upsert)\s*\(/

/** Without generated code. */
function entriesOf(folder: string) {
  return readdirSync(join(root, folder), { withFileTypes: true }).filter(({ name }) => name !== 'generated')
}

function foldersIn(folder: string): string[] {
  const inner = entriesOf(folder).filter((entry) => entry.isDirectory())
  return [folder, ...inner.flatMap(({ name }) => foldersIn(join(folder, name)))]
}

function filesIn(folder: string): string[] {
  return foldersIn(folder).flatMap((inner) =>
    entriesOf(inner).flatMap((entry) =>
      entry.isFile() && /\.[jt]sx?$/.test(entry.name) ? [join(inner, entry.name)] : [],
    ),
  )
}

function importsOf(files: string[]): Map<string, string[]> {
  const known = new Set(files)
  return new Map(
    files.map((file) => {
      const paths = importPathsOf(readFileSync(join(root, file), 'utf8'))
      return [file, paths.flatMap((path) => resolveImport(file, path, known) ?? [])]
    }),
  )
}

/** With or without the extension: the mini program's bundler adds it. */
function resolveImport(file: string, path: string, known: Set<string>): string | undefined {
  const target = join(dirname(file), path)
  const endings = ['', '.ts', '.tsx', '.js', '/index.ts', '/index.tsx', '/index.js']
  return endings.map((ending) => `${target}${ending}`).find((candidate) => known.has(candidate))
}

function importPathsOf(text: string): string[] {
  const pattern = /(?:^|[\s;}])(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g
  return [...text.matchAll(pattern)].flatMap(([, path]) => path ?? [])
}

/** Depth first: an import of a file that is still on the path closes a circle. */
function findCircles(graph: Map<string, string[]>): string[] {
  const circles: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  function visit(file: string): void {
    const start = path.indexOf(file)
    if (start >= 0) {
      circles.push([...path.slice(start), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return circles
}
