import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { dateTimeOf, levelOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { PortraitCard } from './avatar-card.tsx'
import { ChoicesCard } from './gender-birthday-card.tsx'
import { NicknameCard } from './nickname-card.tsx'
import { words as allWords } from './strings.ts'

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
