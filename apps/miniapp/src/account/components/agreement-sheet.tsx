import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { useStrings } from '../../i18n/index.ts'
import { AgreementLinks } from './agreement-links.tsx'
import { strings } from './agreement-strings.ts'

type Props = {
  onAccept: () => void
  onReject: () => void
  /** Replaces the accept button with WeChat's phone button, which accepts the privacy guidelines too. */
  phoneButton?: ReactNode
}

/** Asks for the consent when the user taps a login button without it. */
export function AgreementSheet({ onAccept, onReject, phoneButton }: Props) {
  const t = useStrings(strings)
  return (
    <BottomSheet title={t.title} closeLabel={t.reject} onClose={onReject}>
      <View className="bottom-sheet__body">{t.body}</View>
      <View className="bottom-sheet__links">
        <AgreementLinks />
      </View>
      {phoneButton ?? <ActionButton variant="primary" label={t.accept} onTap={onAccept} />}
      <View className="bottom-sheet__secondary">
        <ActionButton variant="plain" label={t.reject} onTap={onReject} />
      </View>
    </BottomSheet>
  )
}
