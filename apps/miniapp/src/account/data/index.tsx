import { useMessages, useStrings } from '../../i18n/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import './data.css'
import { DeleteCard } from './delete-card.tsx'
import { ExportCard } from './export-card.tsx'
import { strings } from './strings.ts'
import { WithdrawCard } from './withdraw-card.tsx'

/** Export of the user's data, withdrawal of the consent, and deletion of the account. */
export default function DataPage() {
  const { me } = useMessages()
  const { why } = useStrings(strings)
  return (
    <AccountScreen title={me.data}>
      <RequireLogin why={why} allowsOutdatedConsent>
        {() => (
          <>
            <ExportCard />
            <WithdrawCard />
            <DeleteCard />
          </>
        )}
      </RequireLogin>
    </AccountScreen>
  )
}
