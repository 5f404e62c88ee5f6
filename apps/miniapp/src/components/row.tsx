import { View } from '@tarojs/components'
import './row.css'

type Props = {
  name: string
  /** What it is set to. */
  value?: string
  /** Absent: the row only tells. */
  onPress?: () => void
  /** What lies around the row takes the press, as a picker does. */
  isPressedAround?: boolean
  /** For what cannot be undone. */
  isDangerous?: boolean
}

/** One line of a list on a card: a name, what it is set to, and what lies behind it. */
export function Row({ name, value, onPress, isPressedAround = false, isDangerous = false }: Props) {
  const takesPress = isPressedAround || onPress !== undefined
  const look = `row${takesPress ? ' row--press' : ''}${isDangerous ? ' row--dangerous' : ''}`
  return (
    <View
      className={look}
      hoverClass={takesPress ? 'row--pressed' : 'none'}
      {...(takesPress && { ariaRole: 'button', ariaLabel: value ? `${name} ${value}` : name })}
      {...(onPress && { onClick: () => onPress() })}
    >
      <View className="row__name">{name}</View>
      {value !== undefined && <View className="row__value">{value}</View>}
    </View>
  )
}
