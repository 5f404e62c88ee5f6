import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Row } from '../../components/row.tsx'
import { Screen } from '../../components/screen.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useTabBarTitles } from '../../hooks/use-navigation-title.ts'
import { useMessages } from '../../i18n/index.ts'
import { confirm, showToast } from '../../lib/dialogs.ts'
import { openPage, type Route } from '../../lib/navigation.ts'
import { useSession } from '../../session/index.ts'
import { UserHeader } from './user-header.tsx'

export default function MePage() {
  const { me } = useMessages()
  const { state, session } = useSession()
  useTabBarTitles()

  const reload = useMutation(session.reloadUser)
  useDidShow(() => {
    if (session.state().kind === 'user') void reload.run()
  })

  /** A guest logs in first, then the page opens. */
  const openAfterLogin = async (route: Route) => {
    if (await session.requireLogin()) await openPage(route)
  }
  /** Open to a user who declines newer documents: the page withdraws the consent and deletes the account. */
  const openData = () => (user ? openPage('data') : openAfterLogin('data'))
  const user = state.kind === 'user' ? state.user : null
  // The rows ask for the consent.
  const isHeld = state.kind === 'user' && state.requiredConsent !== undefined
  const phone = user ? (user.phoneMasked ?? me.noPhone) : ''

  const logout = useMutation(async () => {
    if (!(await confirm(me.confirmLogout))) return
    void session.logout()
    showToast(me.loggedOut)
  })

  return (
    <Screen title={me.title}>
      <SessionEnded />
      <UserHeader user={user} />
      {reload.error !== null && user && !isHeld && (
        <ErrorState error={reload.error} onRetry={() => void reload.run()} />
      )}
      <View className="card card--rows">
        <Row label={me.profile} onTap={() => void openAfterLogin('profile')} />
        <Row label={me.phone} value={phone} onTap={() => void openAfterLogin('phone')} />
        <Row label={me.devices} onTap={() => void openAfterLogin('devices')} />
        <Row label={me.security} onTap={() => void openAfterLogin('security')} />
        <Row label={me['login-history']} onTap={() => void openAfterLogin('login-history')} />
        <Row label={me.data} onTap={() => void openData()} />
      </View>
      <View className="card card--rows">
        <Row label={me.about} onTap={() => void openPage('about')} />
      </View>
      {user && (
        <View className="card card--rows">
          <ActionButton variant="plain" label={me.logout} onTap={() => void logout.run()} />
        </View>
      )}
    </Screen>
  )
}
