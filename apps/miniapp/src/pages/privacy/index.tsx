import { LegalPage } from '../../components/legal-page.tsx'
import { useText } from '../../text/index.ts'
import { usePageTitle } from '../../text/use-bar-words.ts'

export default function PrivacyPage() {
  const { privacy } = useText()
  usePageTitle(privacy.title)
  return <LegalPage document={privacy} />
}
