import { useText, useWords } from '../../i18n/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { DeleteCard } from './delete-card.tsx'
import { ExportCard } from './export-card.tsx'
import './data.css'
import { words } from './strings.ts'

/** What is kept about a person: all of it to take along, and the way to have it deleted. */
export default function LeavePage() {
  const { me } = useText()
  const { why } = useWords(words)
  return (
    <Screen title={me.data}>
      <RequireLogin why={why}>
        {() => (
          <>
            <ExportCard />
            <DeleteCard />
          </>
        )}
      </RequireLogin>
    </Screen>
  )
}
