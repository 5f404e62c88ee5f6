import Taro, { useLoad } from '@tarojs/taro'

/** The title in the person's language; the page's configuration knows only the Chinese one. */
export function usePageTitle(title: string): void {
  useLoad(() => void Taro.setNavigationBarTitle({ title }))
}
