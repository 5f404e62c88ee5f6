import { View } from '@tarojs/components'
import { useEffect } from 'react'
import { useObservable } from '../observable.ts'
import { openPrivacyGuide, privacyQuestion } from '../platform/wechat-privacy.ts'
import { useText } from '../text/index.ts'
import { ActionButton } from './action-button.tsx'
import { Sheet } from './sheet.tsx'

/** WeChat checks that the button of this id was pressed before it takes the agreement. */
const buttonId = 'privacy-agree'

/** WeChat's privacy question in our own words, with the guide to read, and a refusal that costs nothing else. */
export function PrivacyPopup() {
  return useObservable(privacyQuestion.isOpen) ? <OpenQuestion /> : null
}

function OpenQuestion() {
  const { privacyQuestion: words } = useText()
  useEffect(() => privacyQuestion.shown(), [])
  return (
    <Sheet title={words.title} closeLabel={words.refuse} onClose={privacyQuestion.disagree}>
      <View className="sheet__body">{words.body}</View>
      <View className="sheet__links">
        <ActionButton look="plain" label={words.guide} onPress={openPrivacyGuide} />
      </View>
      <ActionButton
        look="primary"
        label={words.agree}
        wechat={{
          id: buttonId,
          openType: 'agreePrivacyAuthorization',
          onAgreePrivacyAuthorization: () => privacyQuestion.agree(buttonId),
        }}
      />
      <View className="sheet__refuse">
        <ActionButton look="plain" label={words.refuse} onPress={privacyQuestion.disagree} />
      </View>
    </Sheet>
  )
}
