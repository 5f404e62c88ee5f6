import { Button, type ButtonProps, View } from '@tarojs/components'
import './action-button.css'

export type ActionButtonProps = {
  label: string
  variant: 'primary' | 'soft' | 'plain' | 'danger'
  /** Absent where WeChat handles the tap. */
  onTap?: () => void
  /** Shows a spinner and ignores taps. */
  loading?: boolean
  disabled?: boolean
  /** For buttons that WeChat handles, such as `openType`. */
  wechat?: Partial<ButtonProps>
}

export function ActionButton({
  label,
  variant,
  onTap,
  loading = false,
  disabled = false,
  wechat,
}: ActionButtonProps) {
  const ignoresTaps = loading || disabled
  return (
    <Button
      className={`action-button action-button--${variant}${disabled ? ' action-button--disabled' : ''}`}
      hoverClass="action-button--active"
      disabled={ignoresTaps}
      ariaLabel={label}
      onClick={() => {
        if (!ignoresTaps) onTap?.()
      }}
      {...wechat}
    >
      {loading && <View className="action-button__spinner" />}
      {label}
    </Button>
  )
}
