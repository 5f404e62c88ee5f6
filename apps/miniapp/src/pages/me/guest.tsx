import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { openLogin } from '../../navigation.ts'
import { useText } from '../../text/index.ts'

/** What somebody without a login sees of themselves. */
export function Guest() {
  const { me } = useText()
  return (
    <View className="card">
      <View className="me__person">
        <Avatar url={null} />
        <View className="me__words">
          <View className="me__name">{me.guestName}</View>
          <View className="me__lead">{me.guestLead}</View>
        </View>
      </View>
      <View className="me__action">
        <ActionButton look="primary" label={me.login} onPress={() => void openLogin()} />
      </View>
    </View>
  )
}
