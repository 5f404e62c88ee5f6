import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { ActionButton } from '../../components/action-button.tsx'
import { LoadFailed } from '../../components/error-state.tsx'
import { Row } from '../../components/row.tsx'
import { Screen } from '../../components/screen.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { useTabNames } from '../../hooks/use-navigation-title.ts'
import { useText } from '../../i18n/index.ts'
import { confirm, tell } from '../../lib/dialogs.ts'
import { openPage, type Route } from '../../lib/navigation.ts'
import { useSession } from '../../session/index.ts'
import { Person } from './user-header.tsx'

/** One's own account, or the way to it. */
export default function MePage() {
  const text = useText()
  const { state, session } = useSession()
  useTabNames()

  const reload = useAction(session.reloadUser)
  useDidShow(() => {
    if (session.state().kind === 'user') void reload.run()
  })

  /** A guest logs in first, and is then where they wanted to go. */
  const openOwn = async (route: Route) => {
    if (await session.requireLogin()) await openPage(route)
  }
  const user = state.kind === 'user' ? state.user : null
  const phone = user ? (user.phoneMasked ?? text.me.noPhone) : ''

  const logout = useAction(async () => {
    if (!(await confirm(text.me.logoutQuestion))) return
    void session.logout()
    tell(text.me.loggedOut)
  })

  return (
    <Screen title={text.me.title}>
      <SessionEnded />
      <Person user={user} />
      {reload.error !== null && user && <LoadFailed error={reload.error} onRetry={() => void reload.run()} />}
      <View className="card card--rows">
        <Row name={text.me.profile} onPress={() => void openOwn('profile')} />
        <Row name={text.me.phone} value={phone} onPress={() => void openOwn('phone')} />
        <Row name={text.me.devices} onPress={() => void openOwn('devices')} />
        <Row name={text.me.security} onPress={() => void openOwn('security')} />
        <Row name={text.me['login-history']} onPress={() => void openOwn('login-history')} />
        <Row name={text.me.data} onPress={() => void openOwn('data')} />
      </View>
      <View className="card card--rows">
        <Row name={text.me.about} onPress={() => void openPage('about')} />
      </View>
      {user && (
        <View className="card card--rows">
          <ActionButton look="plain" label={text.me.logout} onPress={() => void logout.run()} />
        </View>
      )}
    </Screen>
  )
}
