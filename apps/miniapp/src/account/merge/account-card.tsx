import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import './account-card.css'
import { strings } from './strings.ts'

export type AccountSummary = {
  nickname: string
  phoneMasked: string | null
  /** ISO 8601. */
  registeredAt: string
  /** Absent where the page does not know them. */
  loginMethods?: { hasPassword: boolean; hasWechat: boolean }
}

type Props = { title: string; account: AccountSummary; isKept: boolean }

/** One of the two accounts, and whether it is kept or merged into the other. */
export function AccountCard({ title, account, isKept }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { nickname, phoneMasked, registeredAt, loginMethods } = account
  return (
    <View className="card account-card">
      <View className="account-card__head">
        <View className="card__title">{title}</View>
        <View className={`account-card__badge${isKept ? ' account-card__badge--kept' : ''}`}>
          {isKept ? t.kept : t.merged}
        </View>
      </View>
      <Row label={t.nickname} value={nickname} />
      <Row label={t.phone} value={phoneMasked ?? t.noPhone} />
      <Row label={t.registeredAt} value={formatDateTime(registeredAt, messages)} />
      {loginMethods && <Row label={t.loginMethods} value={formatLoginMethods(loginMethods, t)} />}
    </View>
  )
}

function formatLoginMethods(
  { hasPassword, hasWechat }: { hasPassword: boolean; hasWechat: boolean },
  { both, password, wechat }: (typeof strings)['zh_CN'],
): string {
  if (hasPassword && hasWechat) return both
  return hasPassword ? password : wechat
}
