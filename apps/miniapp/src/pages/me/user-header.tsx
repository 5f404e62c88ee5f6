import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { displayName, levelName } from '../../i18n/format-user.ts'
import { useMessages } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import './user-header.css'

/** The user, or a login button for a guest, in one shape so that the layout does not jump. */
export function UserHeader({ user }: { user: User | null }) {
  const messages = useMessages()
  const { me } = messages
  const { session } = useSession()
  return (
    <View className="card">
      <View className="user-header">
        <Avatar url={user?.avatarUrl ?? null} />
        <View className="user-header__text">
          <View className="user-header__name">{user ? displayName(user, messages) : me.guestName}</View>
          <View className="user-header__lead">{user ? levelName(user, messages) : me.guestLead}</View>
        </View>
      </View>
      {!user && (
        <View className="user-header__action">
          <ActionButton variant="primary" label={me.login} onTap={() => void session.requireLogin()} />
        </View>
      )}
    </View>
  )
}
