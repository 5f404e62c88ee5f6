import type { User } from '@repo/shared'
import { View } from '@tarojs/components'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { formatDateTime, levelName } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { copyErrorKind, copyText } from '../lib/clipboard.ts'
import { strings as clipboardStrings } from '../lib/clipboard-strings.ts'
import './account-details.css'
import { strings } from './strings.ts'

/** What the user cannot change. A tap on the ID copies all of it, for support. */
export function AccountDetails({ user }: { user: User }) {
  const messages = useMessages()
  const t = useStrings(strings)
  const copyErrors = useStrings(clipboardStrings)
  const copying = useMutation(() => copyText(user.id))
  return (
    <View className="card card--rows">
      <Row label={t.level} value={levelName(user, messages)} />
      <Row label={t.registeredAt} value={formatDateTime(user.registeredAt, messages)} />
      <Row label={t.lastLoginAt} value={formatDateTime(user.lastLoginAt, messages)} />
      <Row label={t.accountId} value={`${shorten(user.id)} · ${t.copy}`} onTap={() => void copying.run()} />
      {copying.error !== null && (
        <View className="account-details__error">
          <ErrorMessage error={copying.error} message={copyErrors[copyErrorKind(copying.error)]} />
        </View>
      )}
    </View>
  )
}

/** The end of a UUIDv7 is random; its start is the time. */
const shorten = (id: string): string => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id)
