import { element } from '../shared/element.ts'
import type { PageConfig } from './page-config.ts'

export type NavigationColors = { background: string; text: 'black' | 'white' }

/** What is drawn of a page besides its own elements: the window and the navigation bar. */
export type PageView = {
  root: HTMLElement
  /** The window below the navigation bar; `position: fixed` and `vh` refer to it. */
  window: HTMLElement
  /** Scrolls; the page's elements take the place of `placeholder`. */
  scroller: HTMLElement
  placeholder: HTMLElement
  setTitle(title: string): void
  title(): string
  setColors(colors: NavigationColors): void
  colors(): NavigationColors
  setBackground(color: string): void
  setLoading(isLoading: boolean): void
  /** Shows the three dots of a refresh above the page. */
  setRefreshing(isRefreshing: boolean): void
  /** `back` on a page above another one, `home` where there is none to go back to. */
  setLeading(kind: 'back' | 'home' | 'none'): void
}

type Actions = { back: () => void; home: () => void }

export function createPageView(route: string, config: PageConfig, actions: Actions): PageView {
  const title = element('span', {
    class: 'phone-navigation-title',
    attributes: { role: 'heading', 'aria-level': '1' },
  })
  const spinner = element('span', { class: 'phone-navigation-spinner' })
  const leading = element('button', { class: 'phone-navigation-leading', attributes: { type: 'button' } })
  const bar = element(
    'header',
    { class: 'phone-navigation-bar', attributes: { 'data-part': 'navigation-bar' } },
    leading,
    element('div', { class: 'phone-navigation-center' }, spinner, title),
  )
  const placeholder = element('i')
  const refresh = element('div', { class: 'phone-page-refresh', attributes: { 'aria-hidden': 'true' } })
  refresh.append(element('i'), element('i'), element('i'))
  const scroller = element('div', { class: 'phone-page-scroller' }, refresh, placeholder)
  const window = element('div', { class: 'phone-page-window' }, scroller)
  const root = element('section', { class: 'phone-page', attributes: { 'data-page': route } }, bar, window)
  let colors: NavigationColors = { background: '', text: 'white' }

  leading.addEventListener('click', () => (leading.dataset.kind === 'back' ? actions.back() : actions.home()))
  root.classList.toggle('phone-page-custom', config.navigationStyle === 'custom')

  const view: PageView = {
    root,
    window,
    scroller,
    placeholder,
    setTitle: (text) => {
      title.textContent = text
    },
    title: () => title.textContent ?? '',
    setColors(next) {
      colors = next
      bar.style.backgroundColor = next.background
      root.dataset.textStyle = next.text
    },
    colors: () => colors,
    setBackground: (color) => root.style.setProperty('--phone-page-background', color),
    setLoading: (isLoading) => root.classList.toggle('phone-page-loading', isLoading),
    setRefreshing: (isRefreshing) => root.classList.toggle('phone-page-refreshing', isRefreshing),
    setLeading(kind) {
      leading.hidden = kind === 'none'
      leading.dataset.kind = kind
      leading.setAttribute('aria-label', kind === 'back' ? '返回' : '首页')
    },
  }
  view.setTitle(config.title)
  view.setBackground(config.background)
  view.setColors({ background: config.navigationBackground, text: config.navigationTextStyle })
  return view
}
