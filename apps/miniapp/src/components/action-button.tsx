import { Button, View } from '@tarojs/components'
import './action-button.css'

type Props = {
  label: string
  look: 'primary' | 'soft' | 'plain' | 'danger'
  onPress: () => void
  /** Something is under way: shows so, and takes no press. */
  isBusy?: boolean
  /** Takes no press. */
  isIdle?: boolean
}

/** The one button of this mini program, in four looks. */
export function ActionButton({ label, look, onPress, isBusy = false, isIdle = false }: Props) {
  const isDisabled = isBusy || isIdle
  return (
    <Button
      className={`action-button action-button--${look}${isIdle ? ' action-button--idle' : ''}`}
      hoverClass="action-button--pressed"
      disabled={isDisabled}
      ariaLabel={label}
      onClick={() => {
        if (!isDisabled) onPress()
      }}
    >
      {isBusy && <View className="action-button__spinner" />}
      {label}
    </Button>
  )
}
