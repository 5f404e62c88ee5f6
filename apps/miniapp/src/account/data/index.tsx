import { useMessages, useStrings } from '../../i18n/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import './data.css'
import { DeleteCard } from './delete-card.tsx'
import { ExportCard } from './export-card.tsx'
import { strings } from './strings.ts'

/** Export of the user's data, and deletion of the account. */
export default function DataPage() {
  const { me } = useMessages()
  const { why } = useStrings(strings)
  return (
    <AccountScreen title={me.data}>
      <RequireLogin why={why}>
        {() => (
          <>
            <ExportCard />
            <DeleteCard />
          </>
        )}
      </RequireLogin>
    </AccountScreen>
  )
}
