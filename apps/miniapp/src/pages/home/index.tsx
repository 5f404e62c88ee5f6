import { View } from '@tarojs/components'
import { BrandMark } from '../../components/brand-mark.tsx'
import { Screen } from '../../components/screen.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useFreshUser } from '../../hooks/use-fresh-user.ts'
import { useTabBarTitles } from '../../hooks/use-navigation-title.ts'
import { useOnReturn } from '../../hooks/use-on-return.ts'
import { displayName } from '../../i18n/format-user.ts'
import { useMessages } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { GuestNotice } from './guest-notice.tsx'
import './index.css'
import { ProtectedCard } from './protected-card.tsx'

/** Open to guests. */
export default function HomePage() {
  const messages = useMessages()
  const { state } = useSession()
  useTabBarTitles()
  // At launch `session.start()` loads the user.
  useOnReturn(useFreshUser())
  const isUser = state.kind === 'user'

  return (
    <Screen title={messages.brand}>
      <View className="home__head">
        <BrandMark />
        <View className="home__greeting">
          {isUser ? messages.home.greetUser(displayName(state.user, messages)) : messages.home.greetGuest}
        </View>
        <View className="home__lead">{isUser ? messages.home.userLead : messages.home.guestLead}</View>
      </View>
      <SessionEnded />
      <GuestNotice />
      <ProtectedCard />
    </Screen>
  )
}
