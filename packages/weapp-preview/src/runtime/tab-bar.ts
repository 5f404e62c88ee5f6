import type { Bundle } from '../common/bundle.ts'
import { element } from '../shared/element.ts'
import type { Theme } from './theme.ts'

export type TabItem = { pagePath: string; text: string; iconPath?: string; selectedIconPath?: string }

/** What app.json says of the bar besides its items; a mini program may change it later. */
export type TabBarStyle = {
  color?: string
  selectedColor?: string
  backgroundColor?: string
  borderStyle?: string
}

export type TabBar = {
  items: readonly TabItem[]
  /** Marks the tab of the page that is seen; the bar is not there on every other page. */
  show(route: string): void
  setItem(index: number, changes: Partial<TabItem>): void
  setStyle(changes: TabBarStyle): void
  setHidden(isHidden: boolean): void
  /** A text, an empty text for the red dot, or nothing. */
  setBadge(index: number, badge: string | undefined): void
}

type Config = TabBarStyle & { list?: TabItem[] }

/** Draws the bar of app.json; a mini program without one gets a bar that is never seen. */
export function createTabBar(
  bundle: Bundle,
  theme: Theme,
  container: HTMLElement,
  onTap: (item: TabItem, index: number) => void,
): TabBar {
  const { list = [], ...style }: Config = bundle.configs.app?.tabBar ?? {}
  const items = list.map((item) => ({ ...item }))
  const bar = element('nav', {
    class: 'phone-tab-bar',
    attributes: { role: 'tablist', 'data-part': 'tab-bar' },
  })
  const tabs = items.map((item, index) => createTab(() => onTap(item, index)))
  bar.append(...tabs.map(({ button }) => button))
  bar.hidden = true
  container.append(bar)
  let shown = ''
  let isHidden = false

  function draw(): void {
    const isVisible = !isHidden && items.some(({ pagePath }) => pagePath === shown)
    bar.hidden = !isVisible
    document.documentElement.classList.toggle('phone-has-tab-bar', isVisible)
    bar.style.backgroundColor = theme.resolve(style.backgroundColor) ?? '#ffffff'
    bar.dataset.border = theme.resolve(style.borderStyle) ?? 'black'
    for (const [index, item] of items.entries()) {
      const isSelected = item.pagePath === shown
      const color = theme.resolve(isSelected ? style.selectedColor : style.color) ?? ''
      const icon = theme.resolve((isSelected && item.selectedIconPath) || item.iconPath)
      tabs[index]?.draw({ text: item.text, color, icon, isSelected })
    }
  }

  theme.onChange(draw)
  return {
    items,
    show(route) {
      shown = route
      draw()
    },
    setItem(index, changes) {
      Object.assign(items[index] ?? {}, changes)
      draw()
    },
    setStyle(changes) {
      Object.assign(style, changes)
      draw()
    },
    setHidden(next) {
      isHidden = next
      draw()
    },
    setBadge: (index, badge) => tabs[index]?.setBadge(badge),
  }
}

type Look = { text: string; color: string; icon: string | undefined; isSelected: boolean }

function createTab(onTap: () => void) {
  const icon = element('img', { attributes: { alt: '', draggable: 'false' } })
  const text = element('span')
  const badge = element('i', { class: 'phone-tab-badge' })
  const button = element(
    'button',
    { class: 'phone-tab', attributes: { type: 'button', role: 'tab' } },
    icon,
    text,
    badge,
  )
  button.addEventListener('click', onTap)
  badge.hidden = true

  return {
    button,
    draw(look: Look): void {
      button.setAttribute('aria-selected', String(look.isSelected))
      button.style.color = look.color
      text.textContent = look.text
      icon.hidden = look.icon === undefined
      if (look.icon !== undefined)
        icon.setAttribute('src', `/__preview/files/${look.icon.replace(/^\//, '')}`)
    },
    setBadge(label: string | undefined): void {
      badge.hidden = label === undefined
      badge.textContent = label ?? ''
    },
  }
}
