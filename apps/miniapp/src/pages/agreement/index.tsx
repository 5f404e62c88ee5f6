import { LegalPage } from '../../components/legal-page.tsx'
import { useText } from '../../text/index.ts'
import { usePageTitle } from '../../text/use-bar-words.ts'

export default function AgreementPage() {
  const { agreement } = useText()
  usePageTitle(agreement.title)
  return <LegalPage document={agreement} />
}
