import type { User } from '@repo/shared'
import { Text, View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { levelOf, nameOf } from '../../i18n/format-user.ts'
import { useText } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import './user-header.css'

/** Who is logged in; for a guest, the way to the login. One shape for both, so that nothing jumps. */
export function Person({ user }: { user: User | null }) {
  const text = useText()
  const { session } = useSession()
  return (
    <View className="card">
      <View className="person">
        <Avatar url={user?.avatarUrl ?? null} />
        <View className="person__words">
          <View className="person__name">{user ? nameOf(user, text) : text.me.guestName}</View>
          <View className="person__lead">{user ? levelOf(user, text) : text.me.guestLead}</View>
        </View>
      </View>
      {user ? (
        // What support asks for. Selected by a long press, so that it can be copied without WeChat's leave.
        <Text className="person__id" userSelect>
          {`${text.me.userId} ${user.id}`}
        </Text>
      ) : (
        <View className="person__action">
          <ActionButton look="primary" label={text.me.login} onPress={() => void session.requireLogin()} />
        </View>
      )}
    </View>
  )
}
