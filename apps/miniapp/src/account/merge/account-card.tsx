import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import './account-card.css'
import { strings } from './strings.ts'

export type AccountSummary = {
  nickname: string
  /** Absent for the other account: before a proof it may be another user's. */
  own?: { phoneMasked: string | null; registeredAt: string }
}

/** One of the two accounts. */
export function AccountCard({ title, account }: { title: string; account: AccountSummary }) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { nickname, own } = account
  return (
    <View className="card account-card">
      <View className="card__title">{title}</View>
      <Row label={t.nickname} value={nickname} />
      {own && (
        <>
          <Row label={t.phone} value={own.phoneMasked ?? t.noPhone} />
          <Row label={t.registeredAt} value={formatDateTime(own.registeredAt, messages)} />
        </>
      )}
    </View>
  )
}
