import { Text, View } from '@tarojs/components'
import type { ReactNode } from 'react'
import './checkbox.css'

type Props = {
  label: string
  isTicked: boolean
  onToggle: () => void
  /** What follows the label, and is pressed apart from it. */
  children?: ReactNode
}

/** A sentence that a person agrees to by a tick of their own. */
export function Tick({ label, isTicked, onToggle, children }: Props) {
  return (
    <View className="tick">
      <View
        className="tick__target"
        ariaRole="checkbox"
        ariaLabel={label}
        ariaChecked={isTicked}
        onClick={() => onToggle()}
      >
        <View className={`tick__box${isTicked ? ' tick__box--ticked' : ''}`} />
      </View>
      <View className="tick__words">
        <Text onClick={() => onToggle()}>{label}</Text>
        {children}
      </View>
    </View>
  )
}
