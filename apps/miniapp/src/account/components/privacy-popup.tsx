import { View } from '@tarojs/components'
import { useEffect } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Sheet } from '../../components/bottom-sheet.tsx'
import { TextLink } from '../../components/text-link.tsx'
import { useWords } from '../../i18n/index.ts'
import { useObservable } from '../../lib/observable.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import { privacyQuestion } from '../lib/wechat-privacy-prompt.ts'
import { words } from './privacy-popup-strings.ts'

/** WeChat checks that the button of this id was pressed before it takes the agreement. */
const buttonId = 'privacy-agree'

/** WeChat's privacy question in our own words, with the guide to read, and a refusal that costs nothing else. */
export function PrivacyPopup() {
  return useObservable(privacyQuestion.isOpen) ? <OpenQuestion /> : null
}

function OpenQuestion() {
  const { title, body, guide, agree, refuse } = useWords(words)
  const openGuide = usePrivacyGuide()
  useEffect(() => privacyQuestion.shown(), [])
  return (
    <Sheet title={title} closeLabel={refuse} onClose={privacyQuestion.disagree}>
      <View className="sheet__body">{body}</View>
      <View className="sheet__links">
        <TextLink name={guide} onPress={openGuide} />
      </View>
      <ActionButton
        look="primary"
        label={agree}
        wechat={{
          id: buttonId,
          openType: 'agreePrivacyAuthorization',
          onAgreePrivacyAuthorization: () => privacyQuestion.agree(buttonId),
        }}
      />
      <View className="sheet__refuse">
        <ActionButton look="plain" label={refuse} onPress={privacyQuestion.disagree} />
      </View>
    </Sheet>
  )
}
