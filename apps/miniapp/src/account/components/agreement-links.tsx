import { Text, View } from '@tarojs/components'
import { TextLink } from '../../components/text-link.tsx'
import { useStrings } from '../../i18n/index.ts'
import { openPage } from '../../lib/navigation.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import './agreement-links.css'
import { strings } from './agreement-strings.ts'

/** The documents that a login accepts, among them the mini program's privacy guidelines, which WeChat shows. */
export function AgreementLinks() {
  const t = useStrings(strings)
  const openGuide = usePrivacyGuide()
  return (
    <View className="agreement-links">
      <TextLink label={t.agreement} onTap={() => void openPage('agreement')} />
      <Text className="agreement-links__comma">{t.comma}</Text>
      <TextLink label={t.privacy} onTap={() => void openPage('privacy')} />
      <Text>{t.and}</Text>
      <TextLink label={t.guide} onTap={openGuide} />
    </View>
  )
}
