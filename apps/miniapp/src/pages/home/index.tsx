import { View } from '@tarojs/components'
import { BrandMark } from '../../components/brand-mark.tsx'
import { PrivateCard } from '../../components/private-card.tsx'
import { Screen } from '../../components/screen.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useSession } from '../../session/index.ts'
import { useText } from '../../text/index.ts'
import { useTabNames } from '../../text/use-bar-words.ts'
import { nameOf } from '../../text/user-words.ts'
import { useFreshUser } from '../../use-fresh-user.ts'
import { useReturn } from '../../use-return.ts'
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
