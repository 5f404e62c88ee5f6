import { Text, View } from '@tarojs/components'
import { openPage } from '../navigation.ts'
import { openPrivacyGuide } from '../platform/wechat-privacy.ts'
import { useText } from '../text/index.ts'
import './agreement-links.css'
import { TextLink } from './text-link.tsx'

/** The documents that a login asks to accept, as links inside a sentence. */
export function AgreementLinks({ namesPrivacyGuide = false }: { namesPrivacyGuide?: boolean }) {
  const { login, privacyQuestion } = useText()
  return (
    <View className="agreement-links">
      <TextLink name={login.agreement} onPress={() => void openPage('agreement')} />
      {namesPrivacyGuide ? (
        <Text className="agreement-links__comma">{login.comma}</Text>
      ) : (
        <Text>{login.and}</Text>
      )}
      <TextLink name={login.privacy} onPress={() => void openPage('privacy')} />
      {namesPrivacyGuide && (
        <>
          <Text>{login.and}</Text>
          <TextLink name={privacyQuestion.guide} onPress={openPrivacyGuide} />
        </>
      )}
    </View>
  )
}
