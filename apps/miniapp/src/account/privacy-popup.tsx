import { View } from '@tarojs/components'
import { useEffect } from 'react'
import { ActionButton } from '../components/action-button.tsx'
import { Sheet } from '../components/sheet.tsx'
import { TextLink } from '../components/text-link.tsx'
import { useObservable } from '../observable.ts'
import { useWords } from '../text/index.ts'
import { words } from './privacy-popup-words.ts'
import { usePrivacyGuide } from './use-privacy-guide.ts'
import { privacyQuestion } from './wechat-privacy-question.ts'

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
