import { useStrings } from '../../i18n/index.ts'
import { LegalPage } from '../components/legal-page.tsx'
import { strings } from './strings.ts'

export default function PrivacyPage() {
  return <LegalPage document={useStrings(strings)} />
}
