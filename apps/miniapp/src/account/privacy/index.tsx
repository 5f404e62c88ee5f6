import { useWords } from '../../text/index.ts'
import { privacy as en } from '../legal/legal-en.ts'
import { LegalPage } from '../legal/legal-page.tsx'
import { privacy as zhCn } from '../legal/legal-zh-cn.ts'

export default function PrivacyPage() {
  return <LegalPage document={useWords({ zh_CN: zhCn, en })} />
}
