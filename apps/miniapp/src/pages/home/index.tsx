import { View } from '@tarojs/components'
import { BrandMark } from '../../components/brand-mark.tsx'
import { Screen } from '../../components/screen.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useFreshUser } from '../../hooks/use-fresh-user.ts'
import { useTabNames } from '../../hooks/use-navigation-title.ts'
import { useReturn } from '../../hooks/use-on-return.ts'
import { nameOf } from '../../i18n/format-user.ts'
import { useText } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { PrivateCard } from './protected-card.tsx'
import './index.css'

/** Open to everybody: no login wall. */
export default function HomePage() {
  const text = useText()
  const { state } = useSession()
  useTabNames()
  // At launch, `session.start()` asks.
  useReturn(useFreshUser())
  const isUser = state.kind === 'user'

  return (
    <Screen title={text.brand}>
      <View className="home__head">
        <BrandMark />
        <View className="home__greeting">
          {isUser ? text.home.greetUser(nameOf(state.user, text)) : text.home.greetGuest}
        </View>
        <View className="home__lead">{isUser ? text.home.userLead : text.home.guestLead}</View>
      </View>
      <SessionEnded />
      <PrivateCard />
    </Screen>
  )
}
