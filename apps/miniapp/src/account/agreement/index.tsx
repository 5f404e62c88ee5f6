import { useStrings } from '../../i18n/index.ts'
import { LegalPage, LegalSections } from '../components/legal-page.tsx'
import { strings } from './strings.ts'

export default function AgreementPage() {
  const { title, sections } = useStrings(strings)
  return (
    <LegalPage title={title}>
      <LegalSections sections={sections} />
    </LegalPage>
  )
}
