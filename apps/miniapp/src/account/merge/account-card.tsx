import { View } from '@tarojs/components'
import { FactList } from '../../components/fact-list.tsx'
import { useText, useWords } from '../../text/index.ts'
import { dateTimeOf } from '../../text/user-words.ts'
import './account-card.css'
import { words } from './words.ts'

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
  const facts = [
    { name: own.nickname, value: nickname },
    { name: own.phone, value: phoneMasked ?? own.noPhone },
    { name: own.registeredAt, value: dateTimeOf(registeredAt, text) },
  ]
  if (waysIn) {
    const { hasPassword, hasWechat } = waysIn
    const value = hasPassword && hasWechat ? own.both : hasPassword ? own.password : own.wechat
    facts.push({ name: own.waysIn, value })
  }
  return (
    <View className="card account-card">
      <View className="account-card__head">
        <View className="card__title">{title}</View>
        <View className={`account-card__fate${stays ? ' account-card__fate--stays' : ''}`}>
          {stays ? own.stays : own.goes}
        </View>
      </View>
      <FactList facts={facts} />
    </View>
  )
}
