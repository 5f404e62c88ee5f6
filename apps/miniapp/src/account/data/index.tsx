import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { deleteAccount, exportAccount } from '../api.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { useProof } from '../components/password-prompt.tsx'
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
        {() => <Cards />}
      </RequireLogin>
    </AccountScreen>
  )
}

function Cards() {
  const { session } = useSession()
  const { withProof } = useProof()
  return (
    <>
      <ExportCard load={() => withProof((proof) => exportAccount(session, proof))} />
      <WithdrawCard />
      <DeleteCard send={() => withProof((proof) => deleteAccount(session, proof))} />
    </>
  )
}
