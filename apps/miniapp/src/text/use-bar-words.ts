import Taro, { useLoad } from '@tarojs/taro'
import { useText } from './index.ts'

/** The page's title in the person's language. */
export function usePageTitle(title: string): void {
  useForeignWords(() => void Taro.setNavigationBarTitle({ title }))
}

/** The names of the tabs in the person's language; for tab pages, since elsewhere WeChat refuses. */
export function useTabNames(): void {
  const { home, me } = useText()
  useForeignWords(() => {
    for (const [index, text] of [home.tab, me.title].entries()) {
      // Where there is no tab bar at the moment, the names can wait for the next tab page.
      Taro.setTabBarItem({ index, text }).catch(() => {})
    }
  })
}

/** The configuration of app and pages speaks Chinese already. */
function useForeignWords(setWords: () => void): void {
  const { language } = useText()
  useLoad(() => {
    if (language !== 'zh_CN') setWords()
  })
}
