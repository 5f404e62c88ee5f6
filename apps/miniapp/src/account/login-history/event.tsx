import type { AuditEvent } from '@repo/shared'
import { View } from '@tarojs/components'
import { dateTimeOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import './event.css'
import { words } from './strings.ts'

/** One thing that has happened: what, why, when and where from. */
export function Event({ event: { type, code, reason, at, ipMasked } }: { event: AuditEvent }) {
  const text = useText()
  const { types, unknownType, codes, reasons } = useWords(words)
  const why = find(codes, code) ?? find(reasons, reason)
  return (
    <View className="event">
      <View className="event__what">{find(types, type) ?? unknownType}</View>
      {why && <View className="event__why">{why}</View>}
      <View className="event__when">
        <View className="event__time">{dateTimeOf(at, text)}</View>
        {ipMasked && <View>{ipMasked}</View>}
      </View>
    </View>
  )
}

/** The words for what the server calls `name`; a newer server may have names that this version does not know. */
const find = (all: Record<string, string>, name: string | null): string | undefined =>
  name !== null && Object.keys(all).includes(name) ? all[name] : undefined
