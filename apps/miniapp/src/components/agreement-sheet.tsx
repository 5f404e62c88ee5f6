import { View } from '@tarojs/components'
import { useText } from '../text/index.ts'
import { ActionButton } from './action-button.tsx'
import { AgreementLinks } from './agreement-links.tsx'
import './agreement-sheet.css'

/** What comes up when somebody presses login without the tick: says what is missing, and offers it. */
export function AgreementSheet({ onAgree, onRefuse }: { onAgree: () => void; onRefuse: () => void }) {
  const { login } = useText()
  return (
    <View className="agreement-sheet" ariaRole="dialog" ariaLabel={login.sheetTitle} catchMove>
      <View className="agreement-sheet__shade" ariaLabel={login.sheetRefuse} onClick={onRefuse} />
      <View className="agreement-sheet__panel">
        <View className="agreement-sheet__title">{login.sheetTitle}</View>
        <View className="agreement-sheet__body">{login.sheetBody}</View>
        <View className="agreement-sheet__links">
          <AgreementLinks />
        </View>
        <ActionButton look="primary" label={login.sheetAgree} onPress={onAgree} />
        <View className="agreement-sheet__refuse">
          <ActionButton look="plain" label={login.sheetRefuse} onPress={onRefuse} />
        </View>
      </View>
    </View>
  )
}
