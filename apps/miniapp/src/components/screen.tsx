import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { usePageTitle } from '../hooks/use-navigation-title.ts'
import { textSize } from '../lib/text-size.ts'
import { OfflineBanner } from './offline-banner.tsx'
import './screen.css'

type Props = {
  /** In the bar above; the page's own configuration says it in Chinese. */
  title: string
  children: ReactNode
  /** For a page that fills the screen in its own way: no room at the edges. */
  isFull?: boolean
}

/** What every page stands in: title, size of text, safe areas, the missing network. */
export function Screen({ title, children, isFull = false }: Props) {
  usePageTitle(title)
  return (
    <View className={`screen screen--${textSize}`}>
      <OfflineBanner />
      <View className={isFull ? 'screen__full' : 'screen__page'}>{children}</View>
    </View>
  )
}
