import { asyncApis, type Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import type { Router } from '../runtime/router.ts'
import type { TabBar, TabBarStyle, TabItem } from '../runtime/tab-bar.ts'
import { WxError } from '../runtime/wx-error.ts'

/** What a mini program may change of its tab bar, while a page of a tab is seen. */
export function createTabBarApis(tabBar: TabBar, router: Router, log: CallLog) {
  const whileSeen = (run: (options: Options) => void) => (options: Options) => {
    const route = router.current()?.route
    if (!tabBar.items.some(({ pagePath }) => pagePath === route)) throw new WxError('not TabBar page')
    run(options)
  }
  const onTab = (run: (index: number, options: Options) => void) =>
    whileSeen((options) => {
      const index = Number(options.index)
      if (!tabBar.items[index]) throw new WxError(`tabbar item not found: ${String(options.index)}`)
      run(index, options)
    })

  return asyncApis(log, {
    setTabBarItem: onTab((index, options) => {
      tabBar.setItem(index, pick<TabItem>(options, ['text', 'iconPath', 'selectedIconPath']))
    }),
    setTabBarStyle: whileSeen((options) => {
      tabBar.setStyle(
        pick<TabBarStyle>(options, ['color', 'selectedColor', 'backgroundColor', 'borderStyle']),
      )
    }),
    showTabBar: whileSeen(() => tabBar.setHidden(false)),
    hideTabBar: whileSeen(() => tabBar.setHidden(true)),
    // Longer texts become an ellipsis, as on a phone.
    setTabBarBadge: onTab((index, { text }) => {
      const label = String(text ?? '')
      tabBar.setBadge(index, [...label].length > 4 ? '…' : label)
    }),
    removeTabBarBadge: onTab((index) => tabBar.setBadge(index, undefined)),
    showTabBarRedDot: onTab((index) => tabBar.setBadge(index, '')),
    hideTabBarRedDot: onTab((index) => tabBar.setBadge(index, undefined)),
  })
}

function pick<Shape>(options: Options, names: readonly (keyof Shape & string)[]): Partial<Shape> {
  const given = names.filter((name) => options[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, options[name]])) as Partial<Shape>
}
