import { useText, useWords } from '../../i18n/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { PhoneCard } from './phone-card.tsx'
import { words as allWords } from './strings.ts'

/** The phone number of an account: what for, and how to change or remove it. */
export default function PhonePage() {
  const { me } = useText()
  const words = useWords(allWords)
  return (
    <Screen title={me.phone}>
      {/* With another number, whatever was said about the one before is over. */}
      <RequireLogin why={words.why}>
        {(user) => <PhoneCard key={user.phoneMasked} user={user} />}
      </RequireLogin>
    </Screen>
  )
}
