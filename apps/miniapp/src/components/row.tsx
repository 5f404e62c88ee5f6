import { View } from '@tarojs/components'
import './row.css'

type Props = {
  name: string
  /** What it is set to. */
  value?: string
  /** Absent: the row only tells. */
  onPress?: () => void
  /** For what cannot be undone. */
  isDangerous?: boolean
}

/** One line of a list on a card: a name, what it is set to, and what lies behind it. */
export function Row({ name, value, onPress, isDangerous = false }: Props) {
  const look = `row${onPress ? ' row--press' : ''}${isDangerous ? ' row--dangerous' : ''}`
  return (
    <View
      className={look}
      hoverClass={onPress ? 'row--pressed' : 'none'}
      {...(onPress && { ariaRole: 'button', ariaLabel: value ? `${name} ${value}` : name, onClick: onPress })}
    >
      <View className="row__name">{name}</View>
      {value !== undefined && <View className="row__value">{value}</View>}
    </View>
  )
}
