import { useMessages, useStrings } from '../../i18n/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { PhoneCard } from './phone-card.tsx'
import { strings } from './strings.ts'

/** Adds, changes or removes the phone number. */
export default function PhonePage() {
  const { me } = useMessages()
  const t = useStrings(strings)
  return (
    <AccountScreen title={me.phone}>
      {/* Remounts for another number, so that messages about the old one disappear. */}
      <RequireLogin why={t.why}>{(user) => <PhoneCard key={user.phoneMasked} user={user} />}</RequireLogin>
    </AccountScreen>
  )
}
