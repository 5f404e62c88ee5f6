import { View } from '@tarojs/components'
import { useEffect } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { TextLink } from '../../components/text-link.tsx'
import { useStrings } from '../../i18n/index.ts'
import { useObservable } from '../../lib/observable.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import { privacyPrompt } from '../lib/wechat-privacy-prompt.ts'
import { strings } from './privacy-popup-strings.ts'

/** WeChat checks that the user tapped the button with this id. */
const buttonId = 'privacy-agree'

/** WeChat's privacy prompt in our own design. */
export function PrivacyPopup() {
  return useObservable(privacyPrompt.isOpen) ? <OpenPrompt /> : null
}

function OpenPrompt() {
  const t = useStrings(strings)
  const openGuide = usePrivacyGuide()
  useEffect(() => privacyPrompt.shown(), [])
  return (
    <BottomSheet title={t.title} closeLabel={t.disagree} onClose={privacyPrompt.disagree}>
      <View className="bottom-sheet__body">{t.body}</View>
      <View className="bottom-sheet__links">
        <TextLink label={t.guide} onTap={openGuide} />
      </View>
      <ActionButton
        variant="primary"
        label={t.agree}
        wechat={{
          id: buttonId,
          openType: 'agreePrivacyAuthorization',
          onAgreePrivacyAuthorization: () => privacyPrompt.agree(buttonId),
        }}
      />
      <View className="bottom-sheet__secondary">
        <ActionButton variant="plain" label={t.disagree} onTap={privacyPrompt.disagree} />
      </View>
    </BottomSheet>
  )
}
