import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { Fragment, type ReactNode } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { useFreshUser } from '../../hooks/use-fresh-user.ts'
import { useText } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import './require-login.css'
import { SessionEnded } from '../../components/session-ended.tsx'

type Props = {
  /** What the login is for, in a sentence that a guest reads. */
  why: string
  /** The page of somebody who is logged in. It starts anew for another person. */
  children: (user: User) => ReactNode
}

/** A page's content for who is logged in; a guest reads what it is for, and may log in or go. No page opens by itself. */
export function RequireLogin({ why, children }: Props) {
  const { me } = useText()
  const { state, session } = useSession()
  useDidShow(useFreshUser())
  if (state.kind === 'user') return <Fragment key={state.user.id}>{children(state.user)}</Fragment>
  return (
    <>
      <SessionEnded />
      <View className="card require-login">
        <Avatar url={null} />
        <View className="require-login__why">{why}</View>
        <ActionButton look="primary" label={me.login} onPress={() => void session.requireLogin()} />
      </View>
    </>
  )
}
