import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { Notice } from '../../components/notice.tsx'
import { useAction } from '../../components/use-action.ts'
import { privacyProblemOf } from '../../platform/privacy-problem.ts'
import { useSession } from '../../session/index.ts'
import { useText } from '../../text/index.ts'
import { nameOf } from '../../text/user-words.ts'
import './person.css'

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
          <View className="person__lead">{user ? user.levelDescription : text.me.guestLead}</View>
        </View>
      </View>
      {user ? (
        <UserId id={user.id} />
      ) : (
        <View className="person__action">
          <ActionButton look="primary" label={text.me.login} onPress={() => void session.requireLogin()} />
        </View>
      )}
    </View>
  )
}

/** The number that support asks for. WeChat says itself that it was copied. */
function UserId({ id }: { id: string }) {
  const { me } = useText()
  const copying = useAction(async () => {
    // The clipboard falls under the privacy guide, which the person may refuse.
    await Taro.setClipboardData({ data: id }).catch((failure) => {
      throw privacyProblemOf(failure) ?? failure
    })
  })
  return (
    <>
      <View
        className="person__id"
        hoverClass="person__id--pressed"
        ariaRole="button"
        ariaLabel={`${me.copyId} ${id}`}
        onClick={() => void copying.run()}
      >
        <View className="person__id-words">
          <View className="person__id-name">{me.userId}</View>
          <View className="person__id-value">{id}</View>
        </View>
        <View className="person__copy">{me.copy}</View>
      </View>
      {copying.error !== null && <Notice error={copying.error} />}
    </>
  )
}
