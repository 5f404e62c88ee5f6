import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { useStrings } from '../../i18n/index.ts'
import { strings } from './strings.ts'
import type { SharedAccountQuestion } from './use-login.ts'

/** Asks whether to use the account of another mini program here. Closing it logs in nowhere. */
export function SharedAccountSheet({
  account,
  choose,
  onClose,
}: SharedAccountQuestion & { onClose: () => void }) {
  const t = useStrings(strings)
  return (
    <BottomSheet title={t.sharedTitle} closeLabel={t.notNow} onClose={onClose}>
      <View className="bottom-sheet__body">{t.sharedBody(account.appNames, account.nicknameMasked)}</View>
      <ActionButton variant="primary" label={t.sharedJoin} onTap={() => choose('join')} />
      <View className="bottom-sheet__secondary">
        <ActionButton variant="plain" label={t.sharedSeparate} onTap={() => choose('separate')} />
      </View>
    </BottomSheet>
  )
}
