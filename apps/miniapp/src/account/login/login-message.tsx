import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useStrings } from '../../i18n/index.ts'
import { ApiError } from '../../session/index.ts'
import { strings as notMyAccountStrings } from '../components/not-my-account-strings.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { strings } from './strings.ts'

type Props = {
  error: unknown
  isPhoneDenied: boolean
  /** The account that has the number is another user's. */
  onNotMine: () => void
  /** What this page's login needs; absent on the login page. */
  lead?: string
}

/** Above the buttons: what the login is for, or why it failed. */
export function LoginMessage({ error, isPhoneDenied, onNotMine, lead }: Props) {
  const t = useStrings(strings)
  const { notMine } = useStrings(notMyAccountStrings)
  const [isNotMine, setNotMine] = useState(false)
  if (error !== null) {
    const isConflict = error instanceof ApiError && error.conflict !== null
    return (
      <>
        <ErrorMessage error={error} message={messageOf(error, t)} />
        {isConflict && (
          <ActionButton
            variant="plain"
            label={notMine}
            onTap={() => {
              setNotMine(true)
              onNotMine()
            }}
          />
        )}
      </>
    )
  }
  return (
    <>
      <SessionEnded />
      <View className="login__lead" ariaRole="status">
        {isNotMine ? t.phoneNotMine : isPhoneDenied ? t.phoneDenied : (lead ?? t.lead)}
      </View>
    </>
  )
}

/** For documents that this version does not have, and for a number that belongs to another account. */
function messageOf(
  error: unknown,
  { outdated, phoneTaken, phoneTakenMergeable }: (typeof strings)['zh_CN'],
): string | undefined {
  if (errorCodeOf(error) === 'consent_outdated') return outdated
  const conflict = error instanceof ApiError ? error.conflict : null
  if (!conflict) return undefined
  const message = conflict.ticket === null ? phoneTaken : phoneTakenMergeable
  return message(conflict.other.nicknameMasked)
}
