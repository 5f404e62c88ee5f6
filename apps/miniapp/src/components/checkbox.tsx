import { Text, View } from '@tarojs/components'
import type { ReactNode } from 'react'
import './checkbox.css'

type Props = {
  label: string
  checked: boolean
  onToggle: () => void
  /** Follows the label and has taps of its own, such as links. */
  children?: ReactNode
}

export function Checkbox({ label, checked, onToggle, children }: Props) {
  return (
    <View className="checkbox">
      <View
        className="checkbox__target"
        ariaRole="checkbox"
        ariaLabel={label}
        ariaChecked={checked}
        onClick={() => onToggle()}
      >
        <View className={`checkbox__box${checked ? ' checkbox__box--checked' : ''}`} />
      </View>
      <View className="checkbox__text">
        <Text onClick={() => onToggle()}>{label}</Text>
        {children}
      </View>
    </View>
  )
}
