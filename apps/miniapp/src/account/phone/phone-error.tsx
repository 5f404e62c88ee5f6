import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useStrings } from '../../i18n/index.ts'
import { ApiError } from '../../session/index.ts'
import { NotMyAccount } from '../components/not-my-account.tsx'
import { strings as notMyAccountStrings } from '../components/not-my-account-strings.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { strings } from './strings.ts'

type Props = {
  /** WeChat's latest result; `null` before the first tap. */
  result: PhoneNumberResult | null
  /** The API's error; `null` without one. */
  error: unknown
  /** The user goes on without the number. */
  onDismiss: () => void
}

/** Why the number has not changed. A denial does not look like an error. */
export function PhoneError({ result, error, onDismiss }: Props) {
  const t = useStrings(strings)
  const { notMine } = useStrings(notMyAccountStrings)
  /** The conflict about an account that is not the user's; another tap on the phone button is a new one. */
  const [notMineError, setNotMineError] = useState<unknown>(null)
  if (error instanceof ApiError && error.conflict) {
    const { conflict } = error
    if (notMineError === error) return <NotMyAccount onClose={onDismiss} />
    const message = conflict.ticket === null ? t.conflictUnmergeable : t.conflict
    return (
      <View className="card">
        <ErrorMessage error={error} message={message(conflict.other.nicknameMasked)} />
        {conflict.ticket !== null && (
          <ActionButton variant="primary" label={t.merge} onTap={() => void offerMerge(conflict)} />
        )}
        <ActionButton variant="plain" label={notMine} onTap={() => setNotMineError(error)} />
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
