import { View } from '@tarojs/components'
import './row.css'

type Props = {
  label: string
  value?: string
  /** Absent: the row is not tappable. */
  onTap?: () => void
  /** A parent handles the tap, such as a picker. */
  isInTappable?: boolean
  /** For what the user cannot undo. */
  isDangerous?: boolean
}

/** A line on a card. */
export function Row({ label, value, onTap, isInTappable = false, isDangerous = false }: Props) {
  const isTappable = isInTappable || onTap !== undefined
  const className = `row${isTappable ? ' row--tappable' : ''}${isDangerous ? ' row--dangerous' : ''}`
  return (
    <View
      className={className}
      hoverClass={isTappable ? 'row--active' : 'none'}
      {...(isTappable && { ariaRole: 'button', ariaLabel: value ? `${label} ${value}` : label })}
      {...(onTap && { onClick: () => onTap() })}
    >
      <View className="row__label">{label}</View>
      {value !== undefined && <View className="row__value">{value}</View>}
    </View>
  )
}
