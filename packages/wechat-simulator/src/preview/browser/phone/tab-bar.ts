import type { Bundle } from '../../bundle.ts'
import { element } from '../shared/element.ts'
import type { Theme } from './theme.ts'

export type TabItem = { pagePath: string; text: string; iconPath?: string; selectedIconPath?: string }

export type TabBar = {
  items: readonly TabItem[]
  /** Marks the tab of the page that is seen; the bar is hidden on every other page. */
  show(route: string): void
}

type Config = Record<string, unknown> & { list?: TabItem[] }

/** Draws the bar of app.json; a mini program without one gets a bar that is never seen. */
export function createTabBar(
  bundle: Bundle,
  theme: Theme,
  container: HTMLElement,
  onTap: (item: TabItem, index: number) => void,
): TabBar {
  const config = (bundle.configs.app?.tabBar ?? {}) as Config
  const items = config.list ?? []
  const bar = element('nav', {
    class: 'phone-tab-bar',
    attributes: { role: 'tablist', 'data-part': 'tab-bar' },
  })
  const buttons = items.map((item, index) => {
    const button = element(
      'button',
      { class: 'phone-tab', attributes: { type: 'button', role: 'tab' } },
      item.iconPath ? element('img', { attributes: { alt: '', draggable: 'false' } }) : undefined,
      element('span', { text: item.text }),
    )
    button.addEventListener('click', () => onTap(item, index))
    return button
  })
  bar.append(...buttons)
  bar.hidden = true
  container.append(bar)
  let shown = ''

  function draw(): void {
    const isVisible = items.some(({ pagePath }) => pagePath === shown)
    bar.hidden = !isVisible
    document.documentElement.classList.toggle('phone-has-tab-bar', isVisible)
    bar.style.backgroundColor = theme.resolve(config.backgroundColor) ?? '#ffffff'
    bar.dataset.border = theme.resolve(config.borderStyle) ?? 'black'
    for (const [index, button] of buttons.entries()) drawTab(button, items[index])
  }

  function drawTab(button: HTMLButtonElement, item: TabItem | undefined): void {
    const isSelected = item?.pagePath === shown
    button.setAttribute('aria-selected', String(isSelected))
    button.style.color = theme.resolve(isSelected ? config.selectedColor : config.color) ?? ''
    const path = theme.resolve((isSelected && item?.selectedIconPath) || item?.iconPath)
    if (path) button.querySelector('img')?.setAttribute('src', `/__preview/files/${path.replace(/^\//, '')}`)
  }

  theme.onChange(draw)
  return {
    items,
    show(route) {
      shown = route
      draw()
    },
  }
}
