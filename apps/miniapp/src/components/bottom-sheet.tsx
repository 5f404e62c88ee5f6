import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import './bottom-sheet.css'

type Props = {
  title: string
  /** Called on a tap beside the sheet. */
  onClose: () => void
  /** For screen readers. */
  closeLabel: string
  children: ReactNode
}

export function BottomSheet({ title, onClose, closeLabel, children }: Props) {
  return (
    <View className="bottom-sheet" ariaRole="dialog" ariaLabel={title} catchMove>
      <View className="bottom-sheet__backdrop" ariaLabel={closeLabel} onClick={() => onClose()} />
      <View className="bottom-sheet__panel">
        <View className="bottom-sheet__title">{title}</View>
        {children}
      </View>
    </View>
  )
}
