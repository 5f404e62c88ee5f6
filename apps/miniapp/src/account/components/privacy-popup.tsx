import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { TextLink } from '../../components/text-link.tsx'
import { useStrings } from '../../i18n/index.ts'
import { useObservable } from '../../lib/observable.ts'
import { readGuideName } from '../lib/privacy-guide.ts'
import { privacyUse } from '../lib/privacy-use.ts'
import { usePrivacyGuide } from '../lib/use-privacy-guide.ts'
import { privacyPrompt } from '../lib/wechat-privacy-prompt.ts'
import { strings } from './privacy-popup-strings.ts'

/** WeChat checks that the user tapped the button with this id. */
const buttonId = 'privacy-agree'

/** WeChat's privacy prompt in our own design. */
export function PrivacyPopup() {
  const referrers = useObservable(privacyPrompt.referrers)
  return referrers === null ? null : <OpenPrompt referrers={referrers} />
}

function OpenPrompt({ referrers }: { referrers: readonly string[] }) {
  const t = useStrings(strings)
  const openGuide = usePrivacyGuide()
  const [guideName, setGuideName] = useState<string | null>(null)
  const use = privacyUse(referrers)
  useEffect(() => {
    privacyPrompt.shown()
    readGuideName(setGuideName)
  }, [])
  return (
    <BottomSheet title={t.title} closeLabel={t.disagree} onClose={privacyPrompt.disagree}>
      <View className="bottom-sheet__body">{use === null ? t.body : t.bodyFor(t.uses[use])}</View>
      <View className="bottom-sheet__links">
        <TextLink label={guideName ?? t.guide} onTap={openGuide} />
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
