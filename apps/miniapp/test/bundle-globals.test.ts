import { parseSync, traverse } from '@babel/core'
import { expect, inject, it } from 'vitest'
import { readBundle } from '../config/read-bundle.ts'

/** What every JavaScript engine has that a phone of today's WeChat runs. */
const language = new Set(
  [
    'Array ArrayBuffer Boolean DataView Date Error Infinity JSON Map Math NaN Number Object Promise Proxy RangeError',
    'ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError Uint8Array WeakMap WeakSet',
    'decodeURIComponent encodeURIComponent isFinite isNaN parseFloat parseInt undefined',
    // Bound in every function, and the parser names it here all the same.
    'arguments',
  ]
    .join(' ')
    .split(' '),
)

/** What WeChat documents for scripts of a mini program. */
const wechat = new Set(
  [
    'App Behavior Component Page getApp getCurrentPages requirePlugin require module exports wx',
    'clearInterval clearTimeout console setInterval setTimeout',
  ]
    .join(' ')
    .split(' '),
)

/** Other names that a script asks for, each only after it has made sure that it is there. */
const allowed: Record<string, Record<string, string>> = {
  'account/profile/index.js': {
    Intl: 'counting the characters of a nickname asks by `typeof`, and falls back on a pattern',
  },
  'app.js': {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: 'React looks for its tools by `typeof`',
    MessageChannel: "React's scheduler asks by `typeof`, and falls back on setTimeout",
    performance: "React's scheduler asks by `typeof`, and falls back on Date",
    setImmediate: "React's scheduler asks by `typeof`, and falls back on setTimeout",
  },
  'runtime.js': {
    Function: "webpack's `return this`, the one text that WeChat runs, and only where globalThis is missing",
    globalThis: 'webpack asks by `typeof`',
    window: 'webpack asks by `typeof`, after everything else',
  },
  'taro.js': {
    performance: 'Taro measures only where it is there',
    tt: 'the wx of another platform, in a branch for that platform',
  },
  'vendors.js': {
    SuppressedError: "Babel's helper asks by `typeof`",
  },
}

it('uses only globals of the language, of WeChat, and of the allow list', () => {
  const strange = foundGlobals().filter(({ path, name }) => !allowed[path]?.[name])
  expect(strange).toEqual([])
})

it('needs every entry of the allow list', () => {
  const found = foundGlobals()
  const named = Object.entries(allowed).flatMap(([path, names]) =>
    Object.keys(names).map((name) => ({ path, name })),
  )
  expect(
    named.filter((one) => !found.some(({ path, name }) => path === one.path && name === one.name)),
  ).toEqual([])
})

it('creates no code from text by a constructor', () => {
  for (const { path, content } of scripts()) {
    expect(content.match(/\.constructor\(["'`]/g), path).toBeNull()
    // Timers, too, take text.
    expect(content.match(/\bset(Timeout|Interval)\(["'`]/g), path).toBeNull()
  }
})

it('creates code from text in one place, to find the global object', () => {
  const calls = scripts().flatMap(
    ({ content }) => content.match(/\bFunction\([^)]*\)|\beval\([^)]*\)/g) ?? [],
  )
  expect(calls).toEqual(['Function("return this")'])
})

it('finds each web global, however it is named', () => {
  const source = 'fetch();typeof document;(() => localStorage.x)();{ let location; location }navigator = 1'
  expect(unboundNames(source).sort()).toEqual(['document', 'fetch', 'localStorage', 'navigator'])
})

function foundGlobals(): { path: string; name: string }[] {
  return scripts().flatMap(({ path, content }) =>
    unboundNames(content)
      .filter((name) => !language.has(name) && !wechat.has(name))
      .map((name) => ({ path, name })),
  )
}

/** The names that a script uses and nowhere declares. */
function unboundNames(source: string): string[] {
  const names: string[] = []
  const tree = parseSync(source, { configFile: false, babelrc: false, sourceType: 'script' })
  traverse(tree, {
    Program(program) {
      names.push(...Object.keys(program.scope.globals))
      program.stop()
    },
  })
  return names
}

function scripts(): { path: string; content: string }[] {
  return readBundle(inject('bundleFolder'))
    .filter(({ path }) => path.endsWith('.js'))
    .map(({ path, content }) => ({ path, content: Buffer.from(content).toString() }))
}
