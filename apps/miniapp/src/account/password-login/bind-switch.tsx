import { View } from '@tarojs/components'
import './bind-switch.css'

type Props = { title: string; body: string; isOn: boolean; onToggle: () => void }

/** Something that may come with the login, and what it means. The whole line is to be pressed. */
export function BindSwitch({ title, body, isOn, onToggle }: Props) {
  return (
    <View
      className="bind-switch"
      hoverClass="bind-switch--pressed"
      ariaRole="switch"
      ariaLabel={title}
      ariaChecked={isOn}
      onClick={() => onToggle()}
    >
      <View className="bind-switch__words">
        <View>{title}</View>
        <View className="bind-switch__body">{body}</View>
      </View>
      <View className={`bind-switch__track${isOn ? ' bind-switch__track--on' : ''}`}>
        <View className="bind-switch__thumb" />
      </View>
    </View>
  )
}
