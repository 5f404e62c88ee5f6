import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { useText, useWords } from '../../text/index.ts'
import { dateTimeOf, levelOf } from '../../text/user-words.ts'
import { RequireLogin } from '../require-login.tsx'
import { Screen } from '../screen.tsx'
import { ChoicesCard } from './choices-card.tsx'
import { NicknameCard } from './nickname-card.tsx'
import { PortraitCard } from './portrait-card.tsx'
import { words as allWords } from './words.ts'

/** What others see of a person, what they may say of themselves, and what is known of the account. */
export default function ProfilePage() {
  const { me } = useText()
  const words = useWords(allWords)
  return (
    <Screen title={me.profile}>
      <RequireLogin why={words.why}>
        {(user) => (
          <>
            <PortraitCard user={user} />
            <NicknameCard user={user} />
            <ChoicesCard user={user} />
            <AccountFacts user={user} />
          </>
        )}
      </RequireLogin>
    </Screen>
  )
}

function AccountFacts({ user }: { user: User }) {
  const text = useText()
  const own = useWords(allWords)
  return (
    <View className="card card--rows">
      <Row name={own.level} value={levelOf(user, text)} />
      <Row name={own.registeredAt} value={dateTimeOf(user.registeredAt, text)} />
      <Row name={own.lastLoginAt} value={dateTimeOf(user.lastLoginAt, text)} />
    </View>
  )
}
