import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { ApiError } from '../../session/index.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { strings } from './strings.ts'

type Props = {
  /** WeChat's latest result; `null` before the first tap. */
  result: PhoneNumberResult | null
  /** The API's error; `null` without one. */
  error: unknown
}

/** Why the number has not changed. A denial does not look like an error. */
export function PhoneError({ result, error }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  if (error instanceof ApiError && error.conflict) {
    const { conflict } = error
    const { nicknameMasked, registeredAt } = conflict.other
    const message = conflict.ticket === null ? t.conflictUnmergeable : t.conflict
    return (
      <View className="card">
        <ErrorMessage
          error={error}
          message={message(nicknameMasked, formatDateTime(registeredAt, messages))}
        />
        {conflict.ticket !== null && (
          <ActionButton variant="primary" label={t.merge} onTap={() => void offerMerge(conflict)} />
        )}
      </View>
    )
  }
  if (error !== null) return <ErrorMessage error={error} message={ownMessage(error, t.errors)} />
  if (result?.kind === 'error') return <ErrorMessage error={result.error} />
  if (result?.kind !== 'denied') return null
  return (
    <View className="phone-card__denied" ariaRole="status">
      {t.denied}
    </View>
  )
}

/** Overrides messages that are about a login. */
function ownMessage(error: unknown, own: Record<string, string>): string | null {
  return error instanceof ApiError ? (own[error.code] ?? null) : null
}
