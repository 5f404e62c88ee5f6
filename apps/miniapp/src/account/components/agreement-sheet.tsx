import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Sheet } from '../../components/bottom-sheet.tsx'
import { useWords } from '../../i18n/index.ts'
import { words } from '../login/strings.ts'
import { AgreementLinks } from './agreement-links.tsx'

type Props = {
  onAgree: () => void
  onRefuse: () => void
  /** In place of the ordinary button: one that WeChat answers, whose press accepts WeChat's privacy guide as well. */
  phoneButton?: ReactNode
}

/** What comes up when somebody presses login without the tick: says what is missing, and offers it. */
export function AgreementSheet({ onAgree, onRefuse, phoneButton }: Props) {
  const login = useWords(words)
  return (
    <Sheet title={login.sheetTitle} closeLabel={login.sheetRefuse} onClose={onRefuse}>
      <View className="sheet__body">{login.sheetBody}</View>
      <View className="sheet__links">
        <AgreementLinks />
      </View>
      {phoneButton ?? <ActionButton look="primary" label={login.sheetAgree} onPress={onAgree} />}
      <View className="sheet__refuse">
        <ActionButton look="plain" label={login.sheetRefuse} onPress={onRefuse} />
      </View>
    </Sheet>
  )
}
