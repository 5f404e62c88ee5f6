import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { useText } from '../text/index.ts'
import { ActionButton } from './action-button.tsx'
import { AgreementLinks } from './agreement-links.tsx'
import { Sheet } from './sheet.tsx'

type Props = {
  onRefuse: () => void
  /** Whether the agreement covers WeChat's privacy guide as well. */
  namesPrivacyGuide: boolean
  /** The button that agrees and logs in. */
  children: ReactNode
}

/** What comes up when somebody presses login without the tick: says what is missing, and offers it. */
export function AgreementSheet({ onRefuse, namesPrivacyGuide, children }: Props) {
  const { login } = useText()
  return (
    <Sheet title={login.sheetTitle} closeLabel={login.sheetRefuse} onClose={onRefuse}>
      <View className="sheet__body">{login.sheetBody}</View>
      <View className="sheet__links">
        <AgreementLinks namesPrivacyGuide={namesPrivacyGuide} />
      </View>
      {children}
      <View className="sheet__refuse">
        <ActionButton look="plain" label={login.sheetRefuse} onPress={onRefuse} />
      </View>
    </Sheet>
  )
}
