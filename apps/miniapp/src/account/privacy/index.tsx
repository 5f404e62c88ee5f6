import type { DataPractices } from '@repo/shared'
import { AsyncContent } from '../../components/async-content.tsx'
import { useQuery } from '../../hooks/use-query.ts'
import { useStrings } from '../../i18n/index.ts'
import { miniProgram } from '../../lib/mini-program.ts'
import { useSession } from '../../session/index.ts'
import { loadDataPractices } from '../api.ts'
import { LegalPage, LegalSections } from '../components/legal-page.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { strings } from './strings.ts'

/** Open to guests. Periods and recipients come from the API, so the page shows none that it could not load. */
export default function PrivacyPage() {
  const { title, before, fromConfiguration, after } = useStrings(strings)
  const { session } = useSession()
  const practices = useQuery(() => loadDataPractices(session))
  return (
    <LegalPage title={title}>
      <LegalSections sections={before()} />
      <AsyncContent query={practices} skeleton={<Skeleton rows={4} />}>
        {(loaded) => <LegalSections sections={fromConfiguration(forThisApp(loaded))} />}
      </AsyncContent>
      <LegalSections sections={after()} />
    </LegalPage>
  )
}

/** The API may serve further mini programs that share accounts among themselves, without this one. */
function forThisApp(practices: DataPractices): DataPractices {
  const { appId } = miniProgram()
  const isShared = practices.sharedApps?.some((app) => app.appId === appId) ?? false
  return isShared ? practices : { ...practices, sharedApps: null }
}
