import { type Address, parseAddress } from './address.ts'
import type { OpenPage, PageOpener } from './open-page.ts'
import type { Packages } from './sub-packages.ts'
import { slideIn, slideOut } from './transitions.ts'
import { WxError } from './wx-error.ts'

/** Opens and closes pages by WeChat's rules. Each function rejects with a `WxError` where WeChat would `fail`. */
export type Router = {
  navigateTo(url: string): Promise<void>
  redirectTo(url: string): Promise<void>
  reLaunch(url: string): Promise<void>
  switchTab(url: string): Promise<void>
  navigateBack(delta?: number): Promise<void>
  /** From the first page to the one that is seen. */
  pages(): readonly OpenPage[]
  current(): OpenPage | undefined
  /** All pages that are not closed: those of `pages` and the tabs that are not seen. */
  alive(): readonly OpenPage[]
  /** Calls the listener when another page becomes visible. */
  onChange(listener: () => void): void
  /** Calls the listeners: the page that is seen looks different now. */
  refresh(): void
}

export type RouterParts = {
  /** All pages of app.json; the first one is the home page. */
  routes: readonly string[]
  tabs: readonly string[]
  open: PageOpener
  packages: Packages
}

/** The most open pages. */
const maximumDepth = 10

export function createRouter({ routes, tabs, open, packages }: RouterParts): Router {
  /** Tab pages stay alive while another tab is seen. */
  const tabPages = new Map<string, OpenPage>()
  const listeners: (() => void)[] = []
  let stack: OpenPage[] = []

  const current = () => stack.at(-1)
  const alive = () => [...new Set([...stack, ...tabPages.values()])]
  const isTab = (route: string) => tabs.includes(route)

  function locate(url: string): Address {
    const address = parseAddress(url, current()?.route ?? '')
    if (!routes.includes(address.route)) throw new WxError(`page "${address.route}" is not found`)
    packages.fetch(address.route)
    return address
  }

  function locateOrdinary(url: string, action: string): Address {
    const address = locate(url)
    if (isTab(address.route)) throw new WxError(`can not ${action} a tabbar page`)
    return address
  }

  function enter({ route, query }: Address): OpenPage {
    const page = open(route, query)
    stack.push(page)
    if (isTab(route)) {
      tabPages.set(route, page)
      page.view.root.toggleAttribute('data-tab', true)
    }
    page.call('onLoad', query)
    return page
  }

  function refresh(): void {
    for (const listener of listeners) listener()
  }

  /** Everything that follows from which page is on top. */
  function reveal(page: OpenPage, isNew: boolean): void {
    for (const other of alive()) other.view.root.toggleAttribute('data-active', other === page)
    const home = routes[0] ?? ''
    const isAlone = stack.length === 1 && !isTab(page.route) && page.route !== home
    page.view.setLeading(stack.length > 1 ? 'back' : isAlone ? 'home' : 'none')
    refresh()
    packages.preload(page.route)
    page.call('onShow')
    if (isNew) requestAnimationFrame(() => page.call('onReady'))
  }

  return {
    async navigateTo(url) {
      const address = locateOrdinary(url, 'navigateTo')
      if (stack.length >= maximumDepth) throw new WxError('webview count limit exceed')
      const below = current()
      below?.call('onHide')
      const page = enter(address)
      slideIn(page.view.root, below?.view.root)
      reveal(page, true)
    },
    async redirectTo(url) {
      const address = locateOrdinary(url, 'redirectTo')
      const left = stack.pop()
      if (left) close(left)
      if (left) tabPages.delete(left.route)
      reveal(enter(address), true)
    },
    async reLaunch(url) {
      const address = locate(url)
      const left = [...tabPages.values(), ...stack.filter((page) => !isTab(page.route))]
      stack = []
      tabPages.clear()
      for (const page of left.reverse()) close(page)
      reveal(enter(address), true)
    },
    async switchTab(url) {
      const { route } = locate(url)
      if (!isTab(route)) throw new WxError('can not switch to no-tabBar page')
      const left = current()
      if (left?.route === route) return
      if (left && isTab(left.route)) left.call('onHide')
      for (const page of stack.filter((page) => !isTab(page.route)).reverse()) close(page)
      const known = tabPages.get(route)
      stack = known ? [known] : []
      reveal(known ?? enter({ route, query: {} }), known === undefined)
    },
    async navigateBack(delta = 1) {
      if (stack.length <= 1) throw new WxError('cannot navigate back at first page.')
      const count = Math.min(Math.max(Math.trunc(delta) || 1, 1), stack.length - 1)
      const left = stack.splice(stack.length - count)
      for (const page of left.reverse()) {
        page.call('onUnload')
        // What was on top leaves visibly, the others at once.
        if (page === left[0]) slideOut(page.view.root).then(() => dispose(page))
        else dispose(page)
      }
      const page = current()
      if (page) reveal(page, false)
    },
    pages: () => stack,
    current,
    alive,
    onChange: (listener) => void listeners.push(listener),
    refresh,
  }
}

function close(page: OpenPage): void {
  page.call('onUnload')
  dispose(page)
}

function dispose(page: OpenPage): void {
  page.close()
  page.view.root.remove()
}
