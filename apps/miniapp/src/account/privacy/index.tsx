import { useWords } from '../../i18n/index.ts'
import { privacy as en } from '../agreement/strings.ts'
import { LegalPage } from '../components/legal-page.tsx'
import { privacy as zhCn } from './strings.ts'

export default function PrivacyPage() {
  return <LegalPage document={useWords({ zh_CN: zhCn, en })} />
}
