import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { Fragment, type ReactNode } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useFreshUser } from '../../hooks/use-fresh-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import './require-login.css'

type Props = {
  /** Tells a guest what the login is for. */
  why: string
  /** The page needs no consent to newer documents: it is where the user withdraws the consent or deletes the account. */
  allowsOutdatedConsent?: boolean
  /** Remounts for another user. */
  children: (user: User) => ReactNode
}

/** Content for a logged-in user. A guest reads why and can log in; the login page does not open by itself. */
export function RequireLogin({ why, allowsOutdatedConsent = false, children }: Props) {
  const { me } = useMessages()
  const { state, session } = useSession()
  useDidShow(useFreshUser())
  if (state.kind === 'user' && state.requiredConsent && !allowsOutdatedConsent) return <ConsentOutdated />
  if (state.kind === 'user') return <Fragment key={state.user.id}>{children(state.user)}</Fragment>
  return (
    <>
      <SessionEnded />
      <View className="card require-login">
        <Avatar url={null} />
        <View className="require-login__why">{why}</View>
        <ActionButton variant="primary" label={me.login} onTap={() => void session.requireLogin()} />
      </View>
    </>
  )
}

/** A user whose consent is outdated goes on after the consent page, which does not open by itself. */
function ConsentOutdated() {
  const { errors } = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  return (
    <View className="card require-login">
      <View className="require-login__why">{errors.consent_outdated}</View>
      <ActionButton variant="primary" label={t.view} onTap={() => void session.requireLogin()} />
    </View>
  )
}

const strings = { zh_CN: { view: '查看协议' }, en: { view: 'View the terms' } }
