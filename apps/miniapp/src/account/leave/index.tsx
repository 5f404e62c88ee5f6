import { useText, useWords } from '../../text/index.ts'
import { RequireLogin } from '../require-login.tsx'
import { Screen } from '../screen.tsx'
import { DeleteCard } from './delete-card.tsx'
import { ExportCard } from './export-card.tsx'
import './leave.css'
import { words } from './words.ts'

/** What is kept about a person: all of it to take along, and the way to have it deleted. */
export default function LeavePage() {
  const { me } = useText()
  const { why } = useWords(words)
  return (
    <Screen title={me.leave}>
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
