import type { AuditEvent } from '@repo/shared'
import { View } from '@tarojs/components'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import './event.css'
import { strings } from './strings.ts'

export function Event({ event: { type, code, reason, at, ipMasked } }: { event: AuditEvent }) {
  const messages = useMessages()
  const { types, unknownType, codes, reasons } = useStrings(strings)
  const why = find(codes, code) ?? find(reasons, reason)
  return (
    <View className="event">
      <View className="event__type">{find(types, type) ?? unknownType}</View>
      {why && <View className="event__reason">{why}</View>}
      <View className="event__details">
        <View className="event__time">{formatDateTime(at, messages)}</View>
        {ipMasked && <View>{ipMasked}</View>}
      </View>
    </View>
  )
}

/** `undefined` for a name that only a newer server knows. */
const find = (all: Record<string, string>, name: string | null): string | undefined =>
  name !== null && Object.keys(all).includes(name) ? all[name] : undefined
