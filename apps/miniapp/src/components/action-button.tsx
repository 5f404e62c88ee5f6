import { Button, type ButtonProps, View } from '@tarojs/components'
import './action-button.css'

export type ActionButtonProps = {
  label: string
  look: 'primary' | 'soft' | 'plain'
  /** Absent: what WeChat does with the press is all. */
  onPress?: () => void
  /** Something is under way: shows so, and takes no press. */
  isBusy?: boolean
  /** Takes no press. */
  isIdle?: boolean
  /** For a press that is WeChat's to answer: `openType`, and who hears of it. */
  wechat?: Partial<ButtonProps>
}

/** The one button of this mini program, in three looks. */
export function ActionButton({
  label,
  look,
  onPress,
  isBusy = false,
  isIdle = false,
  wechat,
}: ActionButtonProps) {
  const isDisabled = isBusy || isIdle
  return (
    <Button
      className={`action-button action-button--${look}${isIdle ? ' action-button--idle' : ''}`}
      hoverClass="action-button--pressed"
      disabled={isDisabled}
      ariaLabel={label}
      onClick={() => {
        if (!isDisabled) onPress?.()
      }}
      {...wechat}
    >
      {isBusy && <View className="action-button__spinner" />}
      {label}
    </Button>
  )
}
