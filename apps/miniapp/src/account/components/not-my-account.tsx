import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import './not-my-account.css'
import { strings } from './not-my-account-strings.ts'

/** For the holder of a recycled number: its account is another user's. */
export function NotMyAccount({ onClose }: { onClose: () => void }) {
  const { support } = useMessages()
  const t = useStrings(strings)
  return (
    <View className="card">
      <View className="card__title">{t.title}</View>
      <View className="card__body">{t.body}</View>
      <View className="not-my-account__actions">
        <ActionButton variant="soft" label={support} wechat={{ openType: 'contact' }} />
        <ActionButton variant="plain" label={t.goOn} onTap={onClose} />
      </View>
    </View>
  )
}
