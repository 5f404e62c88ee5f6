import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import './bottom-sheet.css'

type Props = {
  title: string
  /** What a press beside the sheet does, and how that is read aloud. */
  onClose: () => void
  closeLabel: string
  children: ReactNode
}

/** A question that comes up from below, over the page. */
export function Sheet({ title, onClose, closeLabel, children }: Props) {
  return (
    <View className="sheet" ariaRole="dialog" ariaLabel={title} catchMove>
      <View className="sheet__shade" ariaLabel={closeLabel} onClick={() => onClose()} />
      <View className="sheet__panel">
        <View className="sheet__title">{title}</View>
        {children}
      </View>
    </View>
  )
}
