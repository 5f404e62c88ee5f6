import { Text, View } from '@tarojs/components'
import { openPage } from '../navigation.ts'
import { openPrivacyGuide } from '../platform/wechat-privacy.ts'
import { useText } from '../text/index.ts'
import './agreement-links.css'

/** The documents that a login asks to accept, as links inside a sentence. */
export function AgreementLinks({ namesPrivacyGuide = false }: { namesPrivacyGuide?: boolean }) {
  const { login, privacyQuestion } = useText()
  return (
    <View className="agreement-links">
      <Link name={login.agreement} onPress={() => void openPage('agreement')} />
      <Text>{namesPrivacyGuide ? login.comma : login.and}</Text>
      <Link name={login.privacy} onPress={() => void openPage('privacy')} />
      {namesPrivacyGuide && (
        <>
          <Text>{login.and}</Text>
          <Link name={privacyQuestion.guide} onPress={openPrivacyGuide} />
        </>
      )}
    </View>
  )
}

const Link = ({ name, onPress }: { name: string; onPress: () => void }) => (
  <View className="agreement-links__link" ariaRole="link" onClick={onPress}>
    {name}
  </View>
)
