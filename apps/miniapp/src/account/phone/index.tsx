import { useText, useWords } from '../../text/index.ts'
import { RequireLogin } from '../require-login.tsx'
import { Screen } from '../screen.tsx'
import { PhoneCard } from './phone-card.tsx'
import { words as allWords } from './words.ts'

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
