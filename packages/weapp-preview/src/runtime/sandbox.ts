/** What a script of a mini program can name besides the language itself. */
export type MiniProgramGlobals = Readonly<Record<string, unknown>>

export type Sandbox = {
  /** Runs a script of the bundle once, and returns what it exports. */
  require(path: string): unknown
}

type ModuleFunction = (require: (path: string) => unknown, module: Module, exports: unknown) => void
type Module = { exports: unknown }

/** The browser offers these to scripts, and so does WeChat. */
const sharedWithWechat = ['console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']

/** What belongs to JavaScript itself. */
const language = new Set([
  ...'Object Array Boolean Number String Symbol BigInt Math JSON Date RegExp Promise Proxy Reflect Intl'.split(
    ' ',
  ),
  ...'Map Set WeakMap WeakSet WeakRef FinalizationRegistry ArrayBuffer SharedArrayBuffer DataView'.split(' '),
  ...'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array'.split(' '),
  ...'Float32Array Float64Array BigInt64Array BigUint64Array Iterator Atomics'.split(' '),
  ...'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError'.split(' '),
  ...'undefined NaN Infinity isFinite isNaN parseFloat parseInt'.split(' '),
  ...'decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape'.split(' '),
])

/**
 * Runs a bundle as WeChat does: CommonJS, strict, and blind to the web. Everything that the browser adds to the
 * language is shadowed by a parameter that is `undefined`; code is not made from text. `isThere`: whether the package of a
 * script is on the phone.
 */
export function createSandbox(
  scripts: Readonly<Record<string, string>>,
  globals: MiniProgramGlobals,
  isThere: (path: string) => boolean,
): Sandbox {
  const modules = new Map<string, Module>()
  const global = {}
  const scope = {
    ...hiddenGlobals(),
    global,
    ...globals,
    Function: forbidFunction(global),
    eval: forbidEval,
  }
  const names = Object.keys(scope)
  const values = Object.values(scope)

  function compile(path: string, source: string): ModuleFunction {
    const body = `return function (require, module, exports) {'use strict';${source}\n}\n//# sourceURL=weapp:///${path}`
    return new RealFunction(...names, body)(...values) as ModuleFunction
  }

  function load(path: string): unknown {
    const loaded = modules.get(path)
    if (loaded) return loaded.exports
    const source = scripts[path]
    if (source === undefined || !isThere(path)) throw new Error(`module '${path}' is not defined`)
    const module: Module = { exports: {} }
    modules.set(path, module)
    compile(path, source).call(
      undefined,
      (name) => load(resolveModule(scripts, path, name)),
      module,
      module.exports,
    )
    return module.exports
  }

  return { require: load }
}

const RealFunction = Function

function hiddenGlobals(): Record<string, undefined> {
  const hidden: Record<string, undefined> = {}
  for (let level: object = globalThis; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const isName = /^[A-Za-z_$][\w$]*$/.test(name)
      if (isName && !language.has(name) && !sharedWithWechat.includes(name)) hidden[name] = undefined
    }
  }
  return hidden
}

function forbidEval(): never {
  throw new EvalError('eval is not allowed in a mini program')
}

/** WeChat accepts one text, by which libraries find the global object. */
function forbidFunction(global: object): unknown {
  function guard(...texts: string[]): () => object {
    if (texts.length === 1 && /^\s*return this;?\s*$/.test(texts[0] ?? '')) return () => global
    throw new EvalError('new Function is not allowed in a mini program')
  }
  guard.prototype = RealFunction.prototype
  // `(() => {}).constructor('…')` is the same thing by another name.
  for (const sample of [() => {}, async () => {}, function* () {}, async function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(sample), 'constructor', { value: guard })
  }
  return guard
}

function resolveModule(scripts: Readonly<Record<string, string>>, from: string, name: string): string {
  const segments = name.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const segment of name.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const path = segments.join('/')
  return scripts[path] === undefined ? `${path}.js` : path
}
