import Taro from '@tarojs/taro'
import { useEffect, useRef } from 'react'
import { useMessages } from '../i18n/index.ts'
import { useIsVisible } from './use-is-visible.ts'

/** Sets the title of the navigation bar in the user's language. */
export function useNavigationTitle(title: string): void {
  useOnLanguageChange(() => void Taro.setNavigationBarTitle({ title }))
}

/** Sets the tab titles in the user's language. For tab pages only: WeChat rejects the call elsewhere. */
export function useTabBarTitles(): void {
  const { home, me } = useMessages()
  useOnLanguageChange(() => {
    for (const [index, text] of [home.tab, me.title].entries()) {
      // WeChat may hide the tab bar at the moment; the next tab page sets the titles.
      Taro.setTabBarItem({ index, text }).catch(() => {})
    }
  })
}

/** Runs `setTitle` once per language while the page is visible. The app's configuration is in Chinese already. */
function useOnLanguageChange(setTitle: () => void): void {
  const { language } = useMessages()
  const isVisible = useIsVisible()
  const applied = useRef('zh_CN')
  useEffect(() => {
    if (!isVisible || applied.current === language) return
    applied.current = language
    setTitle()
  })
}
