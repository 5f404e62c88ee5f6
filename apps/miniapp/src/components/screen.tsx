import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { useNavigationTitle } from '../hooks/use-navigation-title.ts'
import { textSize } from '../lib/text-size.ts'
import { OfflineBanner } from './offline-banner.tsx'
import './screen.css'

type Props = {
  /** The page's own configuration has the Chinese title. */
  title: string
  children: ReactNode
  /** Removes the margins. */
  isFull?: boolean
}

/** The frame of every page: title, text size, safe areas, offline banner. */
export function Screen({ title, children, isFull = false }: Props) {
  useNavigationTitle(title)
  return (
    <View className={`screen screen--${textSize}`}>
      <OfflineBanner />
      <View className={isFull ? 'screen__full' : 'screen__page'}>{children}</View>
    </View>
  )
}
