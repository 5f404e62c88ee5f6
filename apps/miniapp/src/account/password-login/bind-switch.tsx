import { View } from '@tarojs/components'
import './bind-switch.css'

type Props = { title: string; body: string; isOn: boolean; onToggle: () => void }

/** A switch with an explanation. A tap anywhere on it toggles. */
export function BindSwitch({ title, body, isOn, onToggle }: Props) {
  return (
    <View
      className="bind-switch"
      hoverClass="bind-switch--active"
      ariaRole="switch"
      ariaLabel={title}
      ariaChecked={isOn}
      onClick={() => onToggle()}
    >
      <View className="bind-switch__text">
        <View>{title}</View>
        <View className="bind-switch__body">{body}</View>
      </View>
      <View className={`bind-switch__track${isOn ? ' bind-switch__track--on' : ''}`}>
        <View className="bind-switch__thumb" />
      </View>
    </View>
  )
}
