import { Text, View } from '@tarojs/components'
import { useWords } from '../../i18n/index.ts'
import { openPage } from '../../lib/navigation.ts'
import './agreement-links.css'
import { TextLink } from '../../components/text-link.tsx'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import { words } from '../login/strings.ts'

/** The documents that a login asks to accept, WeChat's privacy guide among them, as links inside a sentence. */
export function AgreementLinks() {
  const login = useWords(words)
  const openGuide = usePrivacyGuide()
  return (
    <View className="agreement-links">
      <TextLink name={login.agreement} onPress={() => void openPage('agreement')} />
      <Text className="agreement-links__comma">{login.comma}</Text>
      <TextLink name={login.privacy} onPress={() => void openPage('privacy')} />
      <Text>{login.and}</Text>
      <TextLink name={login.guide} onPress={openGuide} />
    </View>
  )
}
