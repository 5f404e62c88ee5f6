import type { CodeSpace } from 'glass-easel-miniprogram-adapter'
import type { Bundle } from '../common/bundle.ts'
import type { OpenPage } from './open-page.ts'
import { createSandbox } from './sandbox.ts'
import type { Packages } from './sub-packages.ts'

export type AppInstance = Record<string, unknown>

/** The mini program's scripts and what they have registered; WeChat's logic layer. */
export type AppService = {
  /** Runs app.js and the scripts of the components. */
  start(): void
  /** Runs a page's script, once, after those of the components of its package. */
  enter(path: string): void
  app(): AppInstance
}

export type AppServiceParts = {
  bundle: Bundle
  codeSpace: CodeSpace
  wx: object
  packages: Packages
  pages: () => readonly OpenPage[]
}

export function createAppService({ bundle, codeSpace, wx, packages, pages }: AppServiceParts): AppService {
  let app: AppInstance = {}
  // `Page()` and `Component()` belong to the file that is entered, not to the chunk in which the call stands.
  let entered = ''
  const done = new Set<string>()

  const define = (kind: 'Page' | 'Component' | 'Behavior') => (definition: never) =>
    codeSpace.componentEnv(entered, (environment) =>
      (environment[kind] as (definition: never) => unknown)(definition),
    )

  const behavior = Object.assign(define('Behavior'), { trait: codeSpace.traitBehavior.bind(codeSpace) })
  const globals = {
    wx,
    App: (definition: AppInstance) => {
      app = definition
    },
    Page: define('Page'),
    Component: define('Component'),
    Behavior: behavior,
    getApp: () => app,
    getCurrentPages: () => pages().map((page) => page.instance),
  }
  const sandbox = createSandbox(bundle.scripts, globals, packages.has)

  function enter(path: string): void {
    if (done.has(path)) return
    done.add(path)
    const outer = entered
    entered = path
    try {
      sandbox.require(`${path}.js`)
    } finally {
      entered = outer
    }
  }

  /** Runs the components of all fetched packages. */
  function enterComponents(): void {
    for (const [path, { component }] of Object.entries(bundle.configs)) {
      if (component === true && packages.has(path)) enter(path)
    }
  }

  return {
    start() {
      enter('app')
      enterComponents()
    },
    enter(path) {
      enterComponents()
      enter(path)
    },
    app: () => app,
  }
}
