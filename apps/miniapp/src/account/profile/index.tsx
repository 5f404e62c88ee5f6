import { useMessages, useStrings } from '../../i18n/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { AccountDetails } from './account-details.tsx'
import { AvatarCard } from './avatar-card.tsx'
import { GenderBirthdayCard } from './gender-birthday-card.tsx'
import { NicknameCard } from './nickname-card.tsx'
import { strings } from './strings.ts'

export default function ProfilePage() {
  const { me } = useMessages()
  const t = useStrings(strings)
  return (
    <AccountScreen title={me.profile}>
      <RequireLogin why={t.why}>
        {(user) => (
          <>
            <AvatarCard user={user} />
            <NicknameCard user={user} />
            <GenderBirthdayCard user={user} />
            <AccountDetails user={user} />
          </>
        )}
      </RequireLogin>
    </AccountScreen>
  )
}
