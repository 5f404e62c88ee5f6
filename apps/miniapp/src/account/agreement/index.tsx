import { useWords } from '../../text/index.ts'
import { agreement as en } from '../legal/legal-en.ts'
import { LegalPage } from '../legal/legal-page.tsx'
import { agreement as zhCn } from '../legal/legal-zh-cn.ts'

export default function AgreementPage() {
  return <LegalPage document={useWords({ zh_CN: zhCn, en })} />
}
