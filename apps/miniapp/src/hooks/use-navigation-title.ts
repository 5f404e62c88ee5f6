import Taro from '@tarojs/taro'
import { useEffect, useRef } from 'react'
import { useText } from '../i18n/index.ts'
import { useIsVisible } from './use-is-visible.ts'

/** The page's title in the person's language. */
export function usePageTitle(title: string): void {
  useBarWords(() => void Taro.setNavigationBarTitle({ title }))
}

/** The names of the tabs in the person's language; for tab pages, since elsewhere WeChat refuses. */
export function useTabNames(): void {
  const { home, me } = useText()
  useBarWords(() => {
    for (const [index, text] of [home.tab, me.title].entries()) {
      // Where there is no tab bar at the moment, the names can wait for the next tab page.
      Taro.setTabBarItem({ index, text }).catch(() => {})
    }
  })
}

/** Sets the words of a bar while the page is seen, once per language: the configuration speaks Chinese already. */
function useBarWords(setWords: () => void): void {
  const { language } = useText()
  const isVisible = useIsVisible()
  const spoken = useRef('zh_CN')
  useEffect(() => {
    if (!isVisible || spoken.current === language) return
    spoken.current = language
    setWords()
  })
}
