import { useStrings } from '../../i18n/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { strings } from './strings.ts'
import { VerifyCard } from './verify-card.tsx'

/** For a user who wants to publish and has no verified phone number. Closes afterwards. */
export default function VerifyPhonePage() {
  const t = useStrings(strings)
  return (
    <AccountScreen title={t.title}>
      <RequireLogin why={t.why}>{(user) => <VerifyCard user={user} />}</RequireLogin>
    </AccountScreen>
  )
}
