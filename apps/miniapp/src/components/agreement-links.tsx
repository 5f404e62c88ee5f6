import { Text, View } from '@tarojs/components'
import { openPage } from '../navigation.ts'
import { useText } from '../text/index.ts'
import './agreement-links.css'

/** The two documents that a login asks to accept, as links inside a sentence. */
export function AgreementLinks() {
  const { login } = useText()
  return (
    <View className="agreement-links">
      <View className="agreement-links__link" ariaRole="link" onClick={() => openPage('agreement')}>
        {login.agreement}
      </View>
      <Text>{login.and}</Text>
      <View className="agreement-links__link" ariaRole="link" onClick={() => openPage('privacy')}>
        {login.privacy}
      </View>
    </View>
  )
}
