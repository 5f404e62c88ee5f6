import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { createContext, Script } from 'node:vm'

type Definition = Record<string, unknown>

/** A page as WeChat makes it of what `Page()` was given. */
export type OpenPage = {
  /** All that `setData` has carried, as JSON. */
  shown(): string
  /** How often `setData` was called. */
  updates(): number
  /** WeChat tells of something that happened to the component of this class, such as `input`. */
  tell(className: string, type: string, detail: object): void
  call(name: string, ...values: unknown[]): void
}

export type BareJsRuntime = {
  /** Runs app.js and launches the app. */
  launch(): void
  open(route: string): OpenPage
  /** What was thrown behind the scenes, and written to `console.error`. */
  errors: string[]
}

/**
 * The least that a bundle can be run in: the language, CommonJS, timers, and the functions that WeChat documents.
 * No web APIs, no code from text, and an undeclared name is a ReferenceError.
 */
export function createBareJsRuntime(folder: string, wx: object): BareJsRuntime {
  const errors: string[] = []
  const pages: Definition[] = []
  const definitions = new Map<string, Definition>()
  let app: Definition = {}
  let entered = ''
  const note = (...values: unknown[]) => void errors.push(values.map(String).join(' '))
  const registerApp = (definition: Definition) => {
    app = definition
  }
  const register = (definition: Definition) => void definitions.set(entered, definition)

  const context = createContext(
    {
      wx,
      App: registerApp,
      Page: register,
      Component: register,
      Behavior: register,
      getApp: () => app,
      getCurrentPages: () => pages,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
      console: { log() {}, info() {}, debug() {}, warn() {}, error: note },
    },
    { codeGeneration: { strings: false, wasm: false } },
  )

  const modules = new Map<string, { exports: unknown }>()
  function load(path: string): unknown {
    const loaded = modules.get(path)
    if (loaded) return loaded.exports
    const module = { exports: {} }
    modules.set(path, module)
    const source = `(function (require, module, exports) {'use strict';${readFileSync(`${folder}/${path}`, 'utf8')}\n})`
    const run = new Script(source, { filename: path }).runInContext(context) as (...values: unknown[]) => void
    const relative = (name: string) => posix.join(posix.dirname(path), name)
    run((name: string) => load(relative(name.endsWith('.js') ? name : `${name}.js`)), module, module.exports)
    return module.exports
  }

  function enter(path: string): void {
    entered = path
    load(`${path}.js`)
  }

  return {
    errors,
    launch() {
      enter('app')
      enter('comp')
      const options = { path: 'pages/home/index', query: {}, scene: 1001, shareTicket: '', referrerInfo: {} }
      for (const name of ['onLaunch', 'onShow'])
        (app[name] as ((value: object) => void) | undefined)?.(options)
    },
    open(route) {
      enter(route)
      const carried: unknown[] = []
      const page: Definition = {
        ...definitions.get(route),
        route,
        options: {},
        setData(data: object, done?: () => void) {
          carried.push(data)
          if (done) setTimeout(done)
        },
      }
      pages.push(page)
      const call = (name: string, ...values: unknown[]) => {
        const handler = page[name]
        if (typeof handler === 'function') handler.apply(page, values)
      }
      for (const [name, value] of [['onLoad', {}], ['onShow'], ['onReady']] as const) call(name, value)
      return {
        shown: () => JSON.stringify(carried),
        updates: () => carried.length,
        tell(className, type, detail) {
          const sid = sidOf(carried, className)
          if (sid === undefined) throw new Error(`no component of the class ${className} was drawn`)
          const target = { id: sid, dataset: { sid } }
          call('eh', { type, timeStamp: Date.now(), target, currentTarget: target, detail })
        },
        call,
      }
    },
  }
}

/** Taro's number of the component of this class, in what `setData` has carried. */
function sidOf(carried: unknown, className: string): string | undefined {
  if (typeof carried !== 'object' || carried === null) return undefined
  const { sid, cl } = carried as { sid?: string; cl?: string }
  if (sid !== undefined && cl?.split(' ').includes(className)) return sid
  for (const value of Object.values(carried)) {
    const found = sidOf(value, className)
    if (found !== undefined) return found
  }
  return undefined
}
