import { useWords } from '../../i18n/index.ts'
import { LegalPage } from '../components/legal-page.tsx'
import { agreement as zhCn } from '../privacy/strings.ts'
import { agreement as en } from './strings.ts'

export default function AgreementPage() {
  return <LegalPage document={useWords({ zh_CN: zhCn, en })} />
}
