import type { Root } from 'glass-easel-miniprogram-adapter'
import type { Bundle } from '../common/bundle.ts'
import type { Engine } from './engine.ts'
import { readPageConfig } from './page-config.ts'
import { createPageView, type PageView } from './page-view.ts'
import type { Theme } from './theme.ts'

/** What a mini program's own code sees as a page. */
export type PageInstance = Record<string, unknown> & {
  route: string
  options: Readonly<Record<string, string>>
  createSelectorQuery(): unknown
}

/** A page that was opened and not yet closed. */
export type OpenPage = {
  route: string
  query: Readonly<Record<string, string>>
  instance: PageInstance
  view: PageView
  /** Calls a life-cycle function or an event handler of the page, if it has one. */
  call(name: string, ...values: unknown[]): unknown
  /** Calls `onUnload`, then removes the elements. */
  close(): void
}

export type PageOpener = (route: string, query: Readonly<Record<string, string>>) => OpenPage

export type PageOpenerParts = {
  bundle: Bundle
  engine: Engine
  theme: Theme
  /** Holds the pages, one above the other. */
  container: HTMLElement
  /** Runs the page's script, once. */
  enter: (route: string) => void
  report: (error: unknown) => void
  actions: { back: () => void; home: () => void }
}

export function createPageOpener(parts: PageOpenerParts): PageOpener {
  const { bundle, engine, theme, container, enter, report, actions } = parts

  return (route, query) => {
    enter(route)
    const config = readPageConfig(bundle, theme, route)
    const view = createPageView(route, config, actions)
    container.append(view.root)

    const root = engine.backend.createRoot('page', engine.codeSpace, route)
    const instance = root.get() as unknown as PageInstance
    Object.assign(instance, { route, __route__: route, options: query })
    attach(root, view)

    const call = (name: string, ...values: unknown[]): unknown => {
      const handler = instance[name]
      if (typeof handler !== 'function') return undefined
      try {
        return handler.apply(instance, values)
      } catch (error) {
        report(error)
        return undefined
      }
    }
    const close = () => {
      // Code of the page may run on, but what it sets has no elements any more.
      instance.setData = () => {}
      root.release()
    }
    const page = { route, query, instance, view, call, close }
    followScrolling(page, config.reachBottomDistance)
    return page
  }
}

function attach(root: Root, { scroller, placeholder }: PageView): void {
  root.attach(
    scroller as unknown as Parameters<Root['attach']>[0],
    placeholder as unknown as Parameters<Root['attach']>[1],
  )
}

function followScrolling({ view, call }: OpenPage, reachBottomDistance: number): void {
  let wasNearEnd = false
  view.scroller.addEventListener('scroll', () => {
    const { scrollTop, scrollHeight, clientHeight } = view.scroller
    call('onPageScroll', { scrollTop })
    const isNearEnd = scrollHeight - clientHeight - scrollTop <= reachBottomDistance
    if (isNearEnd && !wasNearEnd) call('onReachBottom')
    wasNearEnd = isNearEnd
  })
}
