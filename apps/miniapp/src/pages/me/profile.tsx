import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import Taro, { useDidShow } from '@tarojs/taro'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { FactList } from '../../components/fact-list.tsx'
import { Notice } from '../../components/notice.tsx'
import { useSession } from '../../session/use-session.ts'
import { useText } from '../../text/index.ts'
import { dateTimeOf, nameOf } from '../../text/user-words.ts'

/** The account of the person who is logged in: as it is stored at once, then as the server knows it. */
export function Profile({ user }: { user: User }) {
  const text = useText()
  const { session } = useSession()
  const [error, setError] = useState<unknown>(null)

  const reload = () => session.reloadUser().then(() => setError(null), setError)
  useDidShow(() => void reload())

  async function confirmLogout(): Promise<void> {
    const { confirm } = await Taro.showModal({
      title: text.me.logoutTitle,
      content: text.me.logoutBody,
      confirmText: text.me.logoutConfirm,
      cancelText: text.me.cancel,
    })
    if (!confirm) return
    void session.logout()
    void Taro.showToast({ title: text.me.loggedOut, icon: 'none' })
  }

  return (
    <>
      <View className="card">
        <View className="me__person">
          <Avatar url={user.avatarUrl} />
          <View className="me__words">
            <View className="me__name">{nameOf(user, text)}</View>
            <View className="me__level">{user.levelDescription}</View>
          </View>
        </View>
      </View>
      {error !== null && (
        <>
          <Notice error={error} />
          <View className="card">
            <ActionButton look="soft" label={text.me.retry} onPress={() => void reload()} />
          </View>
        </>
      )}
      <View className="card card--rows">
        <FactList
          facts={[
            { name: text.me.registeredAt, value: dateTimeOf(user.registeredAt, text) },
            { name: text.me.lastLoginAt, value: dateTimeOf(user.lastLoginAt, text) },
            { name: text.me.userId, value: user.id },
          ]}
        />
      </View>
      <View className="card card--rows">
        <ActionButton look="plain" label={text.me.logout} onPress={() => void confirmLogout()} />
      </View>
    </>
  )
}
