import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { dateTimeOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import './account-card.css'
import { words } from './strings.ts'

/** What a person recognizes an account by. */
export type AccountFacts = {
  nickname: string
  phoneMasked: string | null
  /** ISO 8601. */
  registeredAt: string
  /** Absent where this page does not know. */
  waysIn?: { hasPassword: boolean; hasWechat: boolean }
}

/** One of the two accounts, and what becomes of it. */
export function AccountCard({
  title,
  account,
  stays,
}: {
  title: string
  account: AccountFacts
  stays: boolean
}) {
  const text = useText()
  const own = useWords(words)
  const { nickname, phoneMasked, registeredAt, waysIn } = account
  return (
    <View className="card account-card">
      <View className="account-card__head">
        <View className="card__title">{title}</View>
        <View className={`account-card__fate${stays ? ' account-card__fate--stays' : ''}`}>
          {stays ? own.stays : own.goes}
        </View>
      </View>
      <Row name={own.nickname} value={nickname} />
      <Row name={own.phone} value={phoneMasked ?? own.noPhone} />
      <Row name={own.registeredAt} value={dateTimeOf(registeredAt, text)} />
      {waysIn && <Row name={own.waysIn} value={waysInWords(waysIn, own)} />}
    </View>
  )
}

function waysInWords(
  { hasPassword, hasWechat }: { hasPassword: boolean; hasWechat: boolean },
  { both, password, wechat }: (typeof words)['zh_CN'],
): string {
  if (hasPassword && hasWechat) return both
  return hasPassword ? password : wechat
}
